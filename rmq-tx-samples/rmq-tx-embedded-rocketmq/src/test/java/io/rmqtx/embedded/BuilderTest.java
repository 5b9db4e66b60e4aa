package io.rmqtx.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuilderTest {

    @TempDir
    Path directory;

    @Test
    void theLastRetryDelayIsRepeatedUpToEighteenLevels() {
        assertEquals(
                "5s 0s" + " 60s".repeat(16),
                BrokerConfigs.delayLevels(List.of(Duration.ofSeconds(5), Duration.ZERO, Duration.ofMinutes(1))));
    }

    @Test
    void settingsThatCannotWorkAreRefusedByName() {
        EmbeddedRocketMq.Builder builder = EmbeddedRocketMq.builder();
        assertRefused("retryDelays", () -> builder.retryDelays());
        assertRefused("retryDelays", () -> builder.retryDelays(Duration.ofMillis(1500)));
        assertRefused("transactionTimeout", () -> builder.transactionTimeout(Duration.ZERO));
        assertRefused("transactionCheckMax", () -> builder.transactionCheckMax(0));
        assertRefused("brokerPort", () -> builder.brokerPort(80));
        assertRefused("brokers", () -> builder.brokers(0));
        assertRefused("secretKey", () -> builder.accessControl("admin", "quote\"d"));
        assertRefused("maxMessageSize", () -> builder.maxMessageSize(0));
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            EmbeddedRocketMqException refused =
                    assertThrows(EmbeddedRocketMqException.class, () -> EmbeddedRocketMq.builder()
                            .nameServerPort(taken.getLocalPort())
                            .start());
            assertTrue(
                    refused.getMessage().contains("name server's port " + taken.getLocalPort()), refused::getMessage);
        }
    }

    @Test
    void aDirectoryThatIsAFileIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        EmbeddedRocketMqException refused = assertThrows(
                EmbeddedRocketMqException.class,
                () -> EmbeddedRocketMq.builder().directory(file).start());
        assertTrue(refused.getMessage().contains(file.toString()), refused::getMessage);
    }

    @Test
    void severalBrokersChooseNameAndPortThemselves() {
        EmbeddedRocketMqException refused = assertThrows(
                EmbeddedRocketMqException.class,
                () -> EmbeddedRocketMq.builder().brokers(2).brokerPort(10_911).start());
        assertTrue(refused.getMessage().contains("brokerPort"), refused::getMessage);
    }

    private static void assertRefused(String name, Runnable setting) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, setting::run);
        assertTrue(refused.getMessage().contains(name), refused::getMessage);
    }
}
