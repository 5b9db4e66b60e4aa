package io.rmqtx.embedded;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A name server and broker as a process of their own, until Ctrl-C. */
public final class EmbeddedRocketMqMain {

    private static final String USAGE = """
            Options, all with a value behind an equals sign:
              --name-server-port=PORT   default 9876
              --broker-port=PORT        default 10911; the port 2 below is used, too
              --directory=DIR           keeps topics and messages there; default: a temporary one, deleted at the end
              --help                    prints this""";

    private EmbeddedRocketMqMain() {}

    /**
     * Starts both, prints the name server's address, and waits for Ctrl-C (or SIGTERM), on which both are stopped
     * cleanly. Exits with 2 if an option is wrong, with 1 if one of them does not start.
     *
     * @param args {@code --name-server-port=9876 --broker-port=10911 --directory=...}, all optional
     */
    public static void main(String[] args) throws InterruptedException {
        int status = run(args, System.out, System.err);
        System.exit(status);
    }

    private static int run(String[] args, PrintStream out, PrintStream err) throws InterruptedException {
        EmbeddedRocketMq.Builder builder =
                EmbeddedRocketMq.builder().nameServerPort(9876).brokerPort(10_911);
        try {
            for (String arg : args) {
                if (arg.equals("--help")) {
                    out.println(USAGE);
                    return 0;
                }
                apply(builder, arg);
            }
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            err.println(USAGE);
            return 2;
        }
        EmbeddedRocketMq rocketMq;
        try {
            rocketMq = builder.start();
        } catch (EmbeddedRocketMqException e) {
            err.println(e.getMessage());
            return 1;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(rocketMq::close, "embedded-rocketmq-exit"));
        out.println("RocketMQ is running. Name server: " + rocketMq.nameServerAddress() + ", broker: "
                + rocketMq.brokerAddress() + ". Stop it with Ctrl-C.");
        out.flush();
        new CountDownLatch(1).await();
        return 0;
    }

    private static void apply(EmbeddedRocketMq.Builder builder, String option) {
        int equals = option.indexOf('=');
        String name = equals < 0 ? option : option.substring(0, equals);
        String value = equals < 0 ? "" : option.substring(equals + 1);
        switch (name) {
            case "--name-server-port" -> builder.nameServerPort(port(name, value));
            case "--broker-port" -> builder.brokerPort(port(name, value));
            case "--directory" -> {
                if (value.isBlank()) {
                    throw new IllegalArgumentException("option --directory needs a value: --directory=DIR");
                }
                builder.directory(Path.of(value));
            }
            default -> throw new IllegalArgumentException("unknown option '" + option + "'");
        }
    }

    private static int port(String name, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("option " + name + " needs a port number but got '" + value + "'", e);
        }
    }
}
