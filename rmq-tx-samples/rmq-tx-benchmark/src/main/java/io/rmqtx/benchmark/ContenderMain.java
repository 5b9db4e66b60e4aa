package io.rmqtx.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.rmqtx.benchmark.contender.CommitTimes;
import io.rmqtx.benchmark.contender.Participant;
import io.rmqtx.benchmark.contender.Setup;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The process of one contender: obeys the {@linkplain Orders orders} that come on standard input, and answers each with
 * one line of JSON; the end of the input ends it.
 */
final class ContenderMain {

    private ContenderMain() {}

    /** Arguments: class, name, JDBC URL, name server, topic, connections, bytes of a message. */
    public static void main(String[] args) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err); // the log is none of the answers
        Setup setup = new Setup(
                args[1],
                args[2],
                args[3],
                args[4],
                Integer.parseInt(args[5]),
                Integer.parseInt(args[6]),
                new CommitTimes());
        int status = 1;
        try (Participant participant = participant(args[0], setup);
                Orders orders = new Orders(participant, setup)) {
            answers.println("\"ready\"");
            obey(orders, answers);
            status = 0;
        } catch (Throwable e) {
            e.printStackTrace(System.err);
        }
        System.exit(status); // some clients leave threads behind
    }

    private static Participant participant(String type, Setup setup) throws Exception {
        return Class.forName(type)
                .asSubclass(Participant.class)
                .getConstructor(Setup.class)
                .newInstance(setup);
    }

    private static void obey(Orders orders, PrintStream answers) throws Exception {
        ObjectMapper json = new ObjectMapper();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = input.readLine(); order != null; order = input.readLine()) {
            answers.println(json.writeValueAsString(orders.obey(order)));
            answers.flush();
        }
    }
}
