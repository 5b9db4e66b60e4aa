package io.rmqtx.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports on the loopback address, and waits until they are free again. */
final class Ports {

    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000; // below the range from which Linux takes ports for outgoing connections
    private static final int BROKER_SECOND_PORT = -2; // fixed by the broker

    private Ports() {}

    static int freeNameServerPort() {
        for (int i = 0; i < 500; i++) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            if (isFree(port)) {
                return port;
            }
        }
        throw new EmbeddedRocketMqException("found no free port between " + FIRST + " and " + (FIRST + COUNT)
                + " on 127.0.0.1; set one with nameServerPort(int)");
    }

    /** None of those already given, which brokers may not have bound yet; it is added to them. */
    static int freeBrokerPort(Set<Integer> given) {
        for (int i = 0; i < 500; i++) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            boolean free = isFree(port) && isFree(port + BROKER_SECOND_PORT);
            if (free && !given.contains(port) && !given.contains(port + BROKER_SECOND_PORT)) {
                given.add(port);
                given.add(port + BROKER_SECOND_PORT);
                return port;
            }
        }
        throw new EmbeddedRocketMqException("found no free pair of ports p and p - 2 between " + FIRST + " and "
                + (FIRST + COUNT) + " on 127.0.0.1; set p with brokerPort(int)");
    }

    static void awaitNameServerPort(int port, Duration atMost) {
        await(port, atMost, "the name server's port", "nameServerPort(int)");
    }

    static void awaitBrokerPorts(int port, Duration atMost) {
        await(port, atMost, "the broker's port", "brokerPort(int)");
        await(port + BROKER_SECOND_PORT, atMost, "the broker's second port (its port - 2)", "brokerPort(int)");
    }

    private static void await(int port, Duration atMost, String what, String setting) {
        Waiting.until(
                atMost,
                () -> isFree(port),
                () -> what + " " + port
                        + " on 127.0.0.1 is in use; end the process that listens there, or choose another"
                        + " one with " + setting);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true); // as the broker does: connections in TIME_WAIT do not count
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
