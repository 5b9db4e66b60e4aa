package io.rmqtx.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rmqtx.RmqTxConfigurationException;
import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.testing.TestApp;
import io.rmqtx.testing.TestDatabase;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Name server and broker refuse what is not encrypted, and clients without a certificate. */
@ExtendWith(OutputCaptureExtension.class)
class EncryptionTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.dedicated(builder ->
            builder.encryption(Certificates.SERVER.certificate(), Certificates.SERVER.key(), Certificates.letIn()));

    private final String name = TestApp.uniqueName("tls");
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.h2();
        ROCKET_MQ.get().createTopic(RunningShop.topicOf(name), 2);
        ROCKET_MQ.get().createConsumerGroup(RunningShop.groupOf(name));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private RunningShop start(Map<String, String> properties) {
        return RunningShop.start(ROCKET_MQ.get(), database, name, properties);
    }

    @Test
    void everythingWorksWithCertificatesOnBothSides() {
        try (RunningShop shop = start(Certificates.SERVER.trustedByTheClient())) {
            shop.sellAndGrant("plain", LONG);
            shop.repairALostCommit(LONG);
            shop.retry(LONG);
            shop.bury(RunningShop.groupOf(name), LONG);
        }
    }

    @Test
    void aServerWhoseAuthorityIsNotTrustedIsRefusedByName() {
        assertRefused(Certificates.STRANGER.trustedByTheClient());
    }

    @Test
    void withoutABundleOnlyWhatTheJdkTrustsIsTrustedAndThatIsSaid(CapturedOutput output) {
        assertRefused(Map.of("rmq-tx.client.tls", "true"));
        assertThat(output).containsOnlyOnce("no authority is named [rmq-tx.client.tls-bundle]");
    }

    @Test
    void aBundleThatDoesNotExistIsNamed() {
        assertThatThrownBy(() -> start(Map.of("rmq-tx.client.tls-bundle", "none")))
                .rootCause()
                .isInstanceOf(RmqTxConfigurationException.class)
                .hasMessageContaining("'none' [rmq-tx.client.tls-bundle]");
    }

    private void assertRefused(Map<String, String> properties) {
        assertThatThrownBy(() -> start(properties)).satisfies(thrown -> assertThat(configurationError(thrown))
                .hasMessageContaining(ROCKET_MQ.nameServerAddress())
                .hasMessageContaining("PKIX")
                .hasMessageContaining("rmq-tx.client.tls-bundle"));
        assertThat(ROCKET_MQ.get().faults().seenSends()).isZero();
    }

    private static Throwable configurationError(Throwable thrown) {
        Throwable at = thrown;
        while (at != null && !(at instanceof RmqTxConfigurationException)) {
            at = at.getCause();
        }
        return at;
    }
}
