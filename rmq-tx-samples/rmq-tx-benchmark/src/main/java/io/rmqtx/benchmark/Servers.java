package io.rmqtx.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Database and broker, each in a process of its own. */
final class Servers implements AutoCloseable {

    private final BrokerProcess broker;
    private final MariaDbServer database;
    private final String nameServer;
    private final Path directory;

    private Servers(BrokerProcess broker, MariaDbServer database, String nameServer, Path directory) {
        this.broker = broker;
        this.database = database;
        this.nameServer = nameServer;
        this.directory = directory;
    }

    /** Starts both; logs and the like go into the directory. */
    static Servers start(Path directory) throws IOException {
        Files.createDirectories(directory);
        BrokerProcess broker = BrokerProcess.start(directory);
        try {
            MariaDbServer database = MariaDbServer.start(directory);
            try {
                return new Servers(broker, database, broker.nameServer(), directory);
            } catch (IOException | RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    BrokerProcess broker() {
        return broker;
    }

    MariaDbServer database() {
        return database;
    }

    String nameServer() {
        return nameServer;
    }

    Path directory() {
        return directory;
    }

    @Override
    public void close() {
        broker.close();
        database.close();
    }
}
