package io.rmqtx.embedded;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.rocketmq.remoting.common.TlsMode;
import org.apache.rocketmq.remoting.netty.TlsSystemConfig;
import org.jspecify.annotations.Nullable;

/**
 * The servers' key and certificate. RocketMQ reads such settings from static fields while it makes a server: they are
 * set for that moment only, so that brokers with and without encryption can live in one JVM.
 */
final class Encryption {

    private final @Nullable Path certificate;
    private final @Nullable Path key;
    private final @Nullable Path clientAuthority;

    private Encryption(@Nullable Path certificate, @Nullable Path key, @Nullable Path clientAuthority) {
        this.certificate = certificate;
        this.key = key;
        this.clientAuthority = clientAuthority;
    }

    static Encryption off() {
        return new Encryption(null, null, null);
    }

    static Encryption with(Path certificate, Path key, @Nullable Path clientAuthority) {
        return new Encryption(certificate, key, clientAuthority);
    }

    boolean isOn() {
        return certificate != null && key != null;
    }

    /** Makes or initialises a name server or broker. */
    <T> T during(Callable<T> making) {
        synchronized (Encryption.class) {
            TlsMode mode = TlsSystemConfig.tlsMode;
            boolean testMode = TlsSystemConfig.tlsTestModeEnable;
            if (certificate != null && key != null) {
                TlsSystemConfig.tlsMode = TlsMode.ENFORCING;
                TlsSystemConfig.tlsTestModeEnable = false;
                TlsSystemConfig.tlsServerCertPath = certificate.toString();
                TlsSystemConfig.tlsServerKeyPath = key.toString();
                if (clientAuthority != null) {
                    TlsSystemConfig.tlsServerAuthClient = true;
                    TlsSystemConfig.tlsServerTrustCertPath = clientAuthority.toString();
                    TlsSystemConfig.tlsServerNeedClientAuth = "require";
                    // The broker is a client of the name server.
                    TlsSystemConfig.tlsClientCertPath = certificate.toString();
                    TlsSystemConfig.tlsClientKeyPath = key.toString();
                }
            }
            try {
                return making.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new EmbeddedRocketMqException("could not be made: " + e.getMessage(), e);
            } finally {
                TlsSystemConfig.tlsMode = mode;
                TlsSystemConfig.tlsTestModeEnable = testMode;
                TlsSystemConfig.tlsServerCertPath = null;
                TlsSystemConfig.tlsServerKeyPath = null;
                TlsSystemConfig.tlsServerAuthClient = false;
                TlsSystemConfig.tlsServerTrustCertPath = null;
                TlsSystemConfig.tlsServerNeedClientAuth = "none";
                TlsSystemConfig.tlsClientCertPath = null;
                TlsSystemConfig.tlsClientKeyPath = null;
            }
        }
    }
}
