package io.rmqtx.chaos.service;

import io.rmqtx.embedded.ClientTuning;
import io.rmqtx.transfer.credit.CreditServiceApplication;
import io.rmqtx.transfer.debit.DebitServiceApplication;
import io.rmqtx.transfer.debit.Transfer;
import io.rmqtx.transfer.debit.TransferService;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One service of the transfer sample in a process of its own, without its web server, under the test's command. */
public final class ServiceMain {

    private static final int TEST_IS_GONE = 78;

    private final ConfigurableApplicationContext context;
    private @Nullable Load load;

    private ServiceMain(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** First {@code debit} or {@code credit}, then the properties. */
    public static void main(String[] args) throws IOException, InterruptedException {
        ClientTuning.fastForTests();
        String service = args[0];
        ConfigurableApplicationContext context = new SpringApplicationBuilder(sources(service))
                .web(WebApplicationType.NONE)
                .properties("spring.config.name=" + service + "-service")
                .initializers(ServiceMain::prepare)
                .run(Arrays.copyOfRange(args, 1, args.length));
        Lines.say("READY");
        new ServiceMain(context).obey();
        Runtime.getRuntime().halt(TEST_IS_GONE);
    }

    private static void prepare(ConfigurableApplicationContext starting) {
        ConfigurableEnvironment environment = starting.getEnvironment();
        Tally tally = new Tally(Path.of(environment.getRequiredProperty("chaos.tally")));
        starting.getBeanFactory().registerSingleton("tally", tally);
        CrashPoint point = environment.getProperty("chaos.halt-at", CrashPoint.class);
        if (point != null) { // too early for a command
            Hooks.arm(point, Hooks.Action.HALT);
        }
    }

    private static Class<?>[] sources(String service) {
        return service.equals("debit")
                ? new Class<?>[] {DebitServiceApplication.class, OutboxConfiguration.class, HookConfiguration.class}
                : new Class<?>[] {CreditServiceApplication.class, HookConfiguration.class};
    }

    private void obey() throws IOException, InterruptedException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "arm" -> Hooks.arm(CrashPoint.valueOf(words[1]), Hooks.Action.valueOf(words[2]));
                case "go" -> Hooks.go();
                case "lose-own-ends" -> CheckBacks.loseOwnEnds();
                case "transfer" -> transfer(words);
                case "number" -> number(words);
                case "load" ->
                    load(words, Load.transfers(context.getBean(TransferService.class), Integer.parseInt(words[1])));
                case "load-numbers" ->
                    load(words, Load.numbers(context.getBean(NumberService.class), Integer.parseInt(words[1])));
                case "stop-load" -> stopLoad();
                default -> throw new IllegalArgumentException(line);
            }
            Lines.say("OK " + words[0]);
        }
    }

    private void load(String[] words, Runnable call) {
        load = new Load(context.getBean(Tally.class), Integer.parseInt(words[2]), Long.parseLong(words[3]), call);
    }

    private void stopLoad() throws InterruptedException {
        if (load != null) {
            load.stop();
        }
    }

    /** So many in one transaction. */
    private void number(String[] words) {
        NumberService service = context.getBean(NumberService.class);
        TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
        call(
                words[1],
                () -> transaction.executeWithoutResult(
                        outer -> IntStream.range(0, Integer.parseInt(words[2])).forEach(i -> service.next(words[1]))));
    }

    private void transfer(String[] words) {
        Transfer transfer = new Transfer(words[2], words[3], words[4], new BigDecimal(words[5]));
        TransferService service = context.getBean(TransferService.class);
        call(
                transfer.getId(),
                switch (words[1]) {
                    case "OUTBOX" ->
                        () -> context.getBean(OutboxTransferService.class).transfer(transfer);
                    case "JOINED" ->
                        () -> new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                                .executeWithoutResult(outer -> service.transfer(transfer));
                    default -> () -> service.transfer(transfer);
                });
    }

    /** On a thread of its own: it may wait at a point while further commands come. */
    private static void call(String id, Runnable business) {
        Thread thread = new Thread(
                () -> {
                    try {
                        business.run();
                        Lines.say("DONE " + id);
                    } catch (RuntimeException e) {
                        Lines.say("FAILED " + id + " " + e);
                    }
                },
                "call");
        thread.setDaemon(true);
        thread.start();
    }
}
