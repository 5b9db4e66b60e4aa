package io.rmqtx.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Name server and broker in a process of their own. */
final class BrokerProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;

    private BrokerProcess(Process process) {
        this.process = process;
        this.answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it; {@link #nameServer()} waits for it. */
    static BrokerProcess start(Path logs) {
        return new BrokerProcess(Jvm.start(List.of(), BrokerMain.class, List.of(), logs.resolve("broker.log")));
    }

    /** The name server's address, once broker and name server run. To be asked once. */
    String nameServer() throws IOException {
        String address = answers.readLine();
        if (address == null) {
            throw new IllegalStateException("The broker did not start; see broker.log");
        }
        return address;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    @Override
    public void close() {
        process.destroy();
        Jvm.awaitEnd(process);
    }
}
