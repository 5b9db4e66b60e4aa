package io.rmqtx.transfer;

import io.rmqtx.embedded.EmbeddedRocketMqMain;
import io.rmqtx.transfer.credit.CreditServiceApplication;
import io.rmqtx.transfer.debit.DebitServiceApplication;
import java.util.Arrays;
import java.util.stream.Stream;

/** Runs one of the three programs: {@code broker}, {@code debit} or {@code credit}. */
public final class TransferMain {

    private static final String DATA = "target/transfer-data";

    private TransferMain() {}

    /** The first argument is the program, the others are handed on to it. Exit code 2: there is no such program. */
    public static void main(String[] args) throws InterruptedException {
        // Maven hands over one argument, which may be empty or hold several.
        String[] words = Arrays.stream(args)
                .flatMap(argument -> Stream.of(argument.trim().split("\\s+")))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
        String program = words.length == 0 ? "" : words[0];
        String[] rest = words.length == 0 ? words : Arrays.copyOfRange(words, 1, words.length);
        switch (program) {
            case "broker" -> EmbeddedRocketMqMain.main(new String[] {"--directory=" + DATA + "/broker"});
            case "debit" -> DebitServiceApplication.main(rest);
            case "credit" -> CreditServiceApplication.main(rest);
            default -> {
                System.err.println("Say which program: broker, debit or credit. There is no '" + program + "'.");
                System.exit(2);
            }
        }
    }
}
