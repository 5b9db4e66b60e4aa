package io.rmqtx.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rmqtx.benchmark.contender.Contender;
import io.rmqtx.benchmark.contender.Setup;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The process of one contender: obeys the lines that come on standard input, and answers each with one line of JSON.
 * {@code run THREADS MILLIS} · {@code settled} · {@code clear}; the end of the input ends it.
 */
final class ContenderMain {

    private ContenderMain() {}

    /** Arguments: class, name, JDBC URL, name server, topic, connections, bytes of a message. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // the log is none of the answers
        int status = 1;
        try (Contender contender = contender(args)) {
            answers.println("\"ready\"");
            obey(new LoadGenerator(contender, Integer.parseInt(args[6])), contender, answers);
            status = 0;
        } catch (Throwable e) {
            e.printStackTrace(System.err);
        }
        System.exit(status); // some clients leave threads behind
    }

    private static Contender contender(String[] args) throws Exception {
        Setup setup = new Setup(args[1], args[2], args[3], args[4], Integer.parseInt(args[5]));
        return Class.forName(args[0])
                .asSubclass(Contender.class)
                .getConstructor(Setup.class)
                .newInstance(setup);
    }

    private static void obey(LoadGenerator load, Contender contender, PrintStream answers) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            Object answer =
                    switch (words[0]) {
                        case "run" -> load.run(Integer.parseInt(words[1]), Duration.ofMillis(Long.parseLong(words[2])));
                        case "settled" -> contender.isSettled();
                        case "clear" -> {
                            contender.clear();
                            yield true;
                        }
                        default -> throw new IllegalArgumentException("unknown order: " + order);
                    };
            answers.println(json.writeValueAsString(answer));
            answers.flush();
        }
    }
}
