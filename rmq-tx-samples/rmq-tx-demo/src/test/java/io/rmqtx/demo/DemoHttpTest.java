package io.rmqtx.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class DemoHttpTest {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Demo demo;

    @BeforeAll
    static void start() {
        demo = Demo.start(0, 0);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    void anOrderIsPlacedAndItsPointsAreGranted() throws Exception {
        HttpResponse<String> placed = order("{\"customer\": \"zoe\", \"amount\": 12.34}");

        assertThat(placed.statusCode()).isEqualTo(201);
        assertThat(placed.body()).contains("\"customer\":\"zoe\"", "\"orderId\":", "\"messageId\":");
        await(() -> get(demo.pointsService(), "/points").contains("{\"customer\":\"zoe\",\"points\":12}"));
        assertThat(get("/orders")).contains("zoe");
    }

    @ParameterizedTest
    @ValueSource(strings = {"success", "commit-lost", "consumption-fails"})
    void everyFateAnswersWithOrderAndMessage(String fate) throws Exception {
        HttpResponse<String> placed = post("/orders/" + fate, "");

        assertThat(placed.statusCode()).isEqualTo(201);
        assertThat(placed.body()).contains("\"orderId\":", "\"messageId\":");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/watch",
                "/watch/timeline",
                "/watch/parcels",
                "/watch/orders",
                "/watch/log",
                "/watch/points",
                "/watch/consumed",
                "/watch/topic",
                "/watch/dead-letters",
                "/watch/alerts",
                "/watch/broker",
                "/orders"
            })
    void whatThereIsToSeeIsJson(String path) throws Exception {
        HttpResponse<String> seen =
                send(HttpRequest.newBuilder(demo.orderService().resolve(path)));

        assertThat(seen.statusCode()).isEqualTo(200);
        assertThat(seen.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 'customer' is required",
                "{\"customer\": \" \", \"amount\": 1} | 'customer' is required",
                "{\"customer\": \"a\"} | 'amount' is required",
                "{\"customer\": \"a\", \"amount\": 0} | 'amount' must be at least 0.01",
                "{\"customer\": \"a\", \"amount\": -5} | 'amount' must be at least 0.01",
                "{\"customer\": \"a\", \"amount\": 1.005} | 'amount' must have at most 7 digits before and 2 after",
                "{\"customer\": \"a\", \"amount\": 1e300} | 'amount' must have at most 7 digits before and 2 after",
                "{\"customer\": \"a\\u0000b\", \"amount\": 1} | 'customer' must not contain control characters",
                "{\"customer\": \"a\", \"amount\": \"much\"} | the body cannot be read",
                "{\"customer\": | the body cannot be read",
                "null | the body cannot be read"
            },
            quoteCharacter = '`')
    void aWrongOrderIsRefusedWithTheRule(String body, String rule) throws Exception {
        long before = ordersWritten();

        HttpResponse<String> refused = order(body);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(refused.body()).contains("The order was not placed").contains(rule);
        assertThat(ordersWritten()).isEqualTo(before);
    }

    @Test
    void aCustomerWithTooLongANameIsRefused() throws Exception {
        HttpResponse<String> refused = order("{\"customer\": \"" + "x".repeat(65) + "\", \"amount\": 1}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("'customer' must have at most 64 characters");
    }

    @Test
    void anOrderAboveTheLimitLeavesNothingBehind() throws Exception {
        HttpResponse<String> refused = order("{\"customer\": \"rich\", \"amount\": 10000.01}");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("rolled back");
        assertThat(get("/orders")).doesNotContain("rich");
        await(() -> demo.broker().faults().seenRollbacks() > 0);
        assertThat(get("/watch/topic")).doesNotContain("rich");
        assertThat(get("/watch/log")).doesNotContain("ABORTED");
    }

    @Test
    void whileTheBrokerIsAwayNoOrderIsWritten() throws Exception {
        assertThat(post("/watch/broker/stop", "").body()).isEqualTo("{\"brokerRunning\":false}");
        try {
            long before = ordersWritten();

            HttpResponse<String> refused = order("{\"customer\": \"early\", \"amount\": 1}");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("the broker did not take its half message");
            assertThat(ordersWritten()).isEqualTo(before);
            assertThat(get("/watch")).contains("\"brokerRunning\":false");
        } finally {
            assertThat(post("/watch/broker/start", "").body()).isEqualTo("{\"brokerRunning\":true}");
        }
        assertThat(order("{\"customer\": \"late\", \"amount\": 7}").statusCode())
                .isEqualTo(201);
        await(() -> get(demo.pointsService(), "/points").contains("{\"customer\":\"late\",\"points\":7}"));
    }

    @Test
    void whileTheBrokerIsAwayParcelsMoveOnAndTheirNewsComesLaterInOrder() throws Exception {
        HttpResponse<String> moved = post("/parcels/broker-away", "");
        try {
            assertThat(moved.statusCode()).isEqualTo(201);
            assertThat(moved.body()).contains("\"customer\":\"ada\"", "\"customer\":\"grace\"", "\"step\":5");
            assertThat(get("/watch"))
                    .contains("\"brokerRunning\":false", "\"waiting\":10", "\"millis\":", "\"brokerAway\":true");
        } finally {
            assertThat(post("/watch/broker/start", "").statusCode()).isEqualTo(200);
        }
        await(() -> get("/watch/parcels").contains("\"waiting\":0"));
        await(() -> demo.databases().parcelNews().size() == 10);
        assertThat(demo.databases().parcelNews())
                .filteredOn(step -> step.startsWith("ada"))
                .containsExactly("ada-1", "ada-2", "ada-3", "ada-4", "ada-5");
        assertThat(demo.databases().parcelNews())
                .filteredOn(step -> step.startsWith("grace"))
                .containsExactly("grace-1", "grace-2", "grace-3", "grace-4", "grace-5");
    }

    @Test
    void aParcelThatThereIsNotIsRefused() throws Exception {
        HttpResponse<String> refused = post("/parcels/nobody", "");

        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.body()).contains("no parcel for 'nobody'");
    }

    @Test
    void thePageRunsNoCodeButItsOwn() throws Exception {
        HttpResponse<String> page =
                send(HttpRequest.newBuilder(demo.orderService().resolve("/")));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .doesNotContain("http:", "https:", "style=", "onclick=")
                .contains("src=\"demo.js\"");
        assertThat(get("/demo.js")).doesNotContain("innerHTML", "insertAdjacentHTML", "document.write");
        assertThat(get("/demo.css")).contains("prefers-color-scheme");
    }

    @Test
    void anotherSitesPageCannotPlaceOrders() throws Exception {
        HttpResponse<String> refused =
                send(HttpRequest.newBuilder(demo.orderService().resolve("/orders/success"))
                        .header("Sec-Fetch-Site", "cross-site")
                        .POST(BodyPublishers.noBody()));

        assertThat(refused.statusCode()).isEqualTo(403);
    }

    private static long ordersWritten() {
        JdbcClient orders = demo.databases().inOrders();
        return orders.sql("SELECT COUNT(*) FROM customer_order")
                .query(Long.class)
                .single();
    }

    private static HttpResponse<String> order(String body) throws IOException, InterruptedException {
        return post("/orders", body);
    }

    private static HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(demo.orderService().resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static String get(String path) {
        return get(demo.orderService(), path);
    }

    private static String get(URI service, String path) {
        try {
            return send(HttpRequest.newBuilder(service.resolve(path))).body();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
