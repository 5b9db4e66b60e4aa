package io.rmqtx.cluster;

import io.netty.handler.ssl.util.SelfSignedCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.Map;

/** Certificates made for this JVM. Each one is its own authority. */
final class Certificates {

    static final Certificates SERVER = new Certificates();
    static final Certificates CLIENT = new Certificates();
    static final Certificates STRANGER = new Certificates();

    private final SelfSignedCertificate made;

    private Certificates() {
        try {
            made = new SelfSignedCertificate("127.0.0.1");
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    Path certificate() {
        return made.certificate().toPath();
    }

    Path key() {
        return made.privateKey().toPath();
    }

    /** Those whose clients a server lets in: the brokers are clients of the name server, too. */
    static Path letIn() {
        try {
            Path both = Files.createTempFile("rmq-tx-let-in", ".pem");
            both.toFile().deleteOnExit();
            Files.writeString(both, Files.readString(CLIENT.certificate()) + Files.readString(SERVER.certificate()));
            return both;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The properties of a service that trusts this one. */
    Map<String, String> trusted() {
        Map<String, String> properties = new HashMap<>();
        properties.put("rmq-tx.client.tls-bundle", "mq");
        properties.put("spring.ssl.bundle.pem.mq.truststore.certificate", "file:" + certificate());
        return properties;
    }

    /** The same, of a service that shows the client's certificate. */
    Map<String, String> trustedByTheClient() {
        Map<String, String> properties = trusted();
        properties.put("spring.ssl.bundle.pem.mq.keystore.certificate", "file:" + CLIENT.certificate());
        properties.put("spring.ssl.bundle.pem.mq.keystore.private-key", "file:" + CLIENT.key());
        return properties;
    }
}
