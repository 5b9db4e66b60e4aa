package io.rmqtx.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.rmqtx.embedded.EmbeddedRocketMqExtension;
import io.rmqtx.transfer.credit.CreditServiceApplication;
import io.rmqtx.transfer.debit.DebitServiceApplication;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** What the README says can be done, over HTTP. Who dies meanwhile is the matter of the chaos tests. */
class TransferSampleTest {

    @RegisterExtension
    static final EmbeddedRocketMqExtension ROCKET_MQ = EmbeddedRocketMqExtension.shared();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static ConfigurableApplicationContext debit;
    private static ConfigurableApplicationContext credit;

    @BeforeAll
    static void start() {
        ROCKET_MQ.get().createTopic("transfers", 4);
        ROCKET_MQ.get().createConsumerGroup("credit-service");
        credit = service(CreditServiceApplication.class, "credit");
        debit = service(DebitServiceApplication.class, "debit");
    }

    @AfterAll
    static void stop() {
        debit.close();
        credit.close();
    }

    private static ConfigurableApplicationContext service(Class<?> application, String name) {
        return new SpringApplicationBuilder(application)
                .properties("spring.config.name=" + name + "-service")
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--spring.datasource.url=jdbc:h2:mem:" + name,
                        "--rmq-tx.name-server=" + ROCKET_MQ.nameServerAddress(),
                        "--rmq-tx.client.route-refresh=1s");
    }

    @Test
    void whatIsTakenHereIsPutInThereAndARefusalChangesNothing() throws Exception {
        assertThat(transfer("bob", "5000.00").statusCode()).isEqualTo(409);
        assertThat(transfer("bob", "0.001").statusCode()).isEqualTo(400);
        assertThat(transfer("bob", "100.00").statusCode()).isEqualTo(200);

        assertThat(accounts(debit)).contains("\"alice\"").containsPattern("900.00|899.99");
        await().atMost(Duration.ofSeconds(30)).until(() -> accounts(credit).contains("100.00"));
    }

    @Test
    void moneyForNobodyIsADeadLetter() throws Exception {
        assertThat(transfer("carol", "0.00").statusCode()).isEqualTo(400);
        assertThat(transfer("carol", "0.01").statusCode()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(30))
                .until(() -> ROCKET_MQ.get().deadLetters("credit-service").size() == 1);
    }

    private static HttpResponse<String> transfer(String to, String amount) throws Exception {
        URI uri = uri(debit, "/transfers?from=alice&to=" + to + "&amount=" + amount);
        return HTTP.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString());
    }

    private static String accounts(ConfigurableApplicationContext service) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(uri(service, "/accounts")).build(), BodyHandlers.ofString())
                .body();
    }

    private static URI uri(ConfigurableApplicationContext service, String path) {
        return URI.create("http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port") + path);
    }
}
