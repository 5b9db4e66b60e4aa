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
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
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
        ConfigurableApplicationContext context = new SpringApplicationBuilder(
                        service.equals("debit") ? DebitServiceApplication.class : CreditServiceApplication.class,
                        HookConfiguration.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.name=" + service + "-service")
                .initializers(starting -> starting.getBeanFactory()
                        .registerSingleton(
                                "tally",
                                new Tally(Path.of(starting.getEnvironment().getRequiredProperty("chaos.tally")))))
                .run(Arrays.copyOfRange(args, 1, args.length));
        Lines.say("READY");
        new ServiceMain(context).obey();
        Runtime.getRuntime().halt(TEST_IS_GONE);
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
                case "load" ->
                    load = new Load(
                            context.getBean(TransferService.class),
                            context.getBean(Tally.class),
                            Integer.parseInt(words[1]),
                            Integer.parseInt(words[2]),
                            Long.parseLong(words[3]));
                case "stop-load" -> stopLoad();
                default -> throw new IllegalArgumentException(line);
            }
            Lines.say("OK " + words[0]);
        }
    }

    private void stopLoad() throws InterruptedException {
        if (load != null) {
            load.stop();
        }
    }

    /** On a thread of its own: it may wait at a point while further commands come. */
    private void transfer(String[] words) {
        Transfer transfer = new Transfer(words[2], words[3], words[4], new BigDecimal(words[5]));
        TransferService service = context.getBean(TransferService.class);
        Thread thread = new Thread(
                () -> {
                    try {
                        if (words[1].equals("JOINED")) {
                            new TransactionTemplate(context.getBean(PlatformTransactionManager.class))
                                    .executeWithoutResult(outer -> service.transfer(transfer));
                        } else {
                            service.transfer(transfer);
                        }
                        Lines.say("DONE " + transfer.getId());
                    } catch (RuntimeException e) {
                        Lines.say("FAILED " + transfer.getId() + " " + e);
                    }
                },
                "call");
        thread.setDaemon(true);
        thread.start();
    }
}
