package io.relaygate.dist;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web server for big files: {@code GET /N} gives N bytes, every MiB of them different; {@code PUT /} takes a body and
 * answers with its SHA-256.
 */
final class HttpFiles implements AutoCloseable {

    private static final int BLOCK = 1 << 20;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] block = new byte[BLOCK];

    private HttpFiles(HttpServer server) {
        this.server = server;
        new Random(7).nextBytes(block);
    }

    static HttpFiles start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
            HttpFiles files = new HttpFiles(server);
            server.createContext("/", files::handle);
            server.setExecutor(files.threads);
            server.start();
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if ("PUT".equals(exchange.getRequestMethod())) {
                answer(exchange, digest(exchange.getRequestBody()));
            } else {
                give(exchange, Long.parseLong(exchange.getRequestURI().getPath().substring(1)));
            }
        }
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private void give(HttpExchange exchange, long length) throws IOException {
        exchange.sendResponseHeaders(200, length);
        write(exchange.getResponseBody(), length);
    }

    private void write(OutputStream out, long length) throws IOException {
        byte[] mine = block.clone();
        for (long at = 0; at < length; at += BLOCK) {
            ByteBuffer.wrap(mine).putLong(at);
            out.write(mine, 0, (int) Math.min(BLOCK, length - at));
        }
    }

    /** The SHA-256 of what {@code GET /length} gives. */
    String digest(long length) {
        MessageDigest digest = TestServer.sha256();
        try {
            write(
                    new OutputStream() {
                        @Override
                        public void write(int b) {
                            digest.update((byte) b);
                        }

                        @Override
                        public void write(byte[] bytes, int from, int count) {
                            digest.update(bytes, from, count);
                        }
                    },
                    length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String digest(InputStream in) throws IOException {
        MessageDigest digest = TestServer.sha256();
        byte[] buffer = new byte[BLOCK];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
