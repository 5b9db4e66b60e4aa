package io.rmqtx.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fault injector: stands between a service and its database, and cuts the connection at a commit. */
public final class CuttingProxy implements AutoCloseable {

    /** When the connection is cut. */
    public enum Cut {
        /** The server does not get the commit. */
        BEFORE_THE_COMMIT,
        /** The server commits; its answer does not arrive. */
        BEFORE_THE_ANSWER
    }

    /** As text in the protocols of MariaDB and PostgreSQL; not the one in READ COMMITTED. */
    private static final Pattern COMMIT = Pattern.compile("\\bCOMMIT\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern ADDRESS = Pattern.compile("//127\\.0\\.0\\.1:(\\d+)/");

    private final ServerSocket server;
    private final int databasePort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Cut> armed = new AtomicReference<>();
    private final AtomicInteger cuts = new AtomicInteger();

    /** A proxy before this database's server. */
    public CuttingProxy(TestDatabase database) {
        Matcher address = ADDRESS.matcher(database.url());
        if (!address.find()) {
            throw new IllegalArgumentException("No server at " + database.url());
        }
        databasePort = Integer.parseInt(address.group(1));
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    /** The database's URL by way of this proxy. */
    public String url(TestDatabase database) {
        String through = ADDRESS.matcher(database.url()).replaceFirst("//127.0.0.1:" + server.getLocalPort() + "/");
        // Otherwise PostgreSQL's driver soon sends the number of a prepared statement in place of the word.
        return database.kind() == TestDatabaseKind.POSTGRESQL ? through + "?prepareThreshold=0" : through;
    }

    /** Cuts the connection that commits next. */
    public void cutNextCommit(Cut when) {
        armed.set(when);
    }

    /** How many connections were cut. */
    public int cuts() {
        return cuts.get();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = server.accept();
            Socket database = new Socket(InetAddress.getLoopbackAddress(), databasePort);
            client.setTcpNoDelay(true);
            database.setTcpNoDelay(true);
            sockets.addAll(List.of(client, database));
            Connection connection = new Connection(client, database);
            start("requests", connection::forwardRequests);
            start("answers", connection::forwardAnswers);
        }
    }

    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Cut, or closed.
                    }
                },
                "cutting-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private final class Connection {

        private final Socket client;
        private final Socket database;
        private volatile boolean commitIsUnderWay;

        Connection(Socket client, Socket database) {
            this.client = client;
            this.database = database;
        }

        void forwardRequests() throws IOException {
            forward(client, database, request -> {
                Cut cut = armed.get();
                if (cut == null || !COMMIT.matcher(request).find() || !armed.compareAndSet(cut, null)) {
                    return true;
                }
                commitIsUnderWay = cut == Cut.BEFORE_THE_ANSWER;
                return commitIsUnderWay;
            });
        }

        void forwardAnswers() throws IOException {
            forward(database, client, answer -> !commitIsUnderWay);
        }

        private void forward(Socket from, Socket to, Predicate<String> passes) throws IOException {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 * 1024];
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                byte[] chunk = Arrays.copyOf(buffer, length);
                if (!passes.test(new String(chunk, StandardCharsets.ISO_8859_1))) {
                    cuts.incrementAndGet();
                    break;
                }
                out.write(chunk);
                out.flush();
            }
            client.close();
            database.close();
        }
    }
}
