package io.rmqtx.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Starts the demo until Ctrl-C, or, with {@code --self-check}, runs it through its fates and says whether all is well. */
public final class DemoMain {

    private static final int FIRST_PORT = 8080;
    private static final int LAST_PORT = 8179;
    private static final Duration SELF_CHECK = Duration.ofSeconds(60);
    private static final PrintStream OUT = System.out;

    private DemoMain() {}

    /** Exit code 0: well; 1: the self-check failed, or the demo did not start; 2: wrong arguments. */
    public static void main(String[] args) {
        // Maven hands over one argument, which may be empty or hold several.
        List<String> arguments = Arrays.stream(args)
                .flatMap(argument -> Stream.of(argument.trim().split("\\s+")))
                .filter(argument -> !argument.isEmpty())
                .toList();
        if (arguments.isEmpty()) {
            exitWith(DemoMain::show);
        } else if (arguments.equals(List.of("--self-check"))) {
            exitWith(DemoMain::selfCheck);
        } else {
            OUT.println("Unknown arguments " + arguments + ". There is one: --self-check");
            System.exit(2);
        }
    }

    /** Threads of the broker or of a client that did not stop must not keep a failed process alive. */
    private static void exitWith(Callable<Integer> work) {
        int code = 1;
        try {
            code = work.call();
        } catch (Throwable e) {
            e.printStackTrace(OUT);
        }
        System.exit(code);
    }

    private static int show() throws InterruptedException {
        OUT.println("Starting a RocketMQ broker, an order service and a points service ...");
        int orderPort = freePort(FIRST_PORT);
        Demo demo = Demo.start(orderPort, freePort(orderPort + 1));
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            OUT.println("Stopping ...");
            demo.close();
            stopped.countDown();
        }));
        welcome(demo, orderPort);
        stopped.await();
        return 0;
    }

    private static void welcome(Demo demo, int orderPort) {
        String url = demo.orderService().toString();
        if (orderPort != FIRST_PORT) {
            OUT.println("(Port " + FIRST_PORT + " is taken, so the order service took another one.)");
        }
        OUT.printf("""

                The demo is running. Open  %s/  in a browser, or try:

                  curl -X POST %s/orders/success            the message goes straight through
                  curl -X POST %s/orders/commit-lost        the COMMIT is lost; the broker asks back
                  curl -X POST %s/orders/consumption-fails  retried, then a dead letter and an alert
                  curl -X POST %s/parcels/broker-away       the broker is stopped; ten calls go on without it
                  curl -X POST %s/watch/broker/start        it comes back, and what waited leaves in order
                  curl -X POST %s/orders -H 'Content-Type: application/json' \\
                       -d '{"customer": "you", "amount": 20000}'                above the limit: rolled back
                  curl %s/watch                             everything there is to see, as JSON

                The points service is at %s/points. What happens to each message is said below. Ctrl-C ends it.

                """, url, url, url, url, url, url, url, url, demo.pointsService());
    }

    private static int selfCheck() throws InterruptedException {
        OUT.println("Self-check: starting a RocketMQ broker, an order service and a points service ...");
        List<Check> checks;
        try (Demo demo = Demo.start(0, 0)) {
            checks = SelfCheck.run(demo, SELF_CHECK);
        }
        OUT.println();
        for (Check check : checks) {
            OUT.printf(
                    "%-6s  %-17s  %-52s  found: %s%n",
                    check.ok() ? "OK" : "FAILED", check.fate(), check.what(), check.found());
        }
        long failed = checks.stream().filter(check -> !check.ok()).count();
        OUT.println();
        OUT.println(failed == 0 ? "All " + checks.size() + " checks passed." : failed + " checks FAILED.");
        return failed == 0 ? 0 : 1;
    }

    /** The first free port from there on; 0, any, if there is none. */
    private static int freePort(int from) {
        for (int port = from; port <= LAST_PORT; port++) {
            try (ServerSocket probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        return 0;
    }
}
