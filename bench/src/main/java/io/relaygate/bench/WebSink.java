package io.relaygate.bench;

import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * The web server behind everything that {@link Web} measures, as small as it can be: {@code GET /N} gives N bytes, and what is
 * sent with {@code PUT} or {@code POST} is taken. One virtual thread for each connection.
 */
final class WebSink {

    /** Its first argument. */
    static final String WORD = "web-sink";

    private static final int MOST = 16 * 1024;
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final byte[] BYTES = new byte[64 * 1024];

    static {
        Arrays.fill(BYTES, (byte) 'x');
    }

    private WebSink() {}

    /** Runs one that prints its port, and ends with its standard input. */
    static void run(PrintStream out) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
            Thread.ofPlatform().daemon().name("accept").start(() -> accept(server));
            Part.stay(server.getLocalPort(), out);
        }
    }

    private static void accept(ServerSocket server) {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException closed) {
            // The end of the sink.
        }
    }

    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = client.getInputStream();
            OutputStream out = new BufferedOutputStream(client.getOutputStream(), BYTES.length);
            byte[] buffer = new byte[BYTES.length];
            int here = 0;
            while (true) {
                int end = indexOf(buffer, here);
                while (end < 0 && here < MOST) {
                    int n = in.read(buffer, here, MOST - here);
                    if (n < 0) {
                        return;
                    }
                    here += n;
                    end = indexOf(buffer, here);
                }
                String head = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
                int left = here - end - HEAD_END.length;
                System.arraycopy(buffer, end + HEAD_END.length, buffer, 0, left);
                here = answer(head, in, out, buffer, left);
            }
        } catch (IOException ended) {
            // Clients of a benchmark leave without goodbye.
        }
    }

    private static int indexOf(byte[] buffer, int here) {
        for (int i = 0; i + HEAD_END.length <= here; i++) {
            if (Arrays.equals(buffer, i, i + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
                return i;
            }
        }
        return -1;
    }

    /** Answers, and says how many bytes of the next request are at the front of the buffer. */
    private static int answer(String head, InputStream in, OutputStream out, byte[] buffer, int here) throws IOException {
        long size = 2;
        int left = here;
        if (head.startsWith("GET /")) {
            size = Long.parseLong(head.substring(5, head.indexOf(' ', 5)));
        } else {
            long body = length(head);
            if (left > body) {
                throw new EOFException("a request behind a body");
            }
            for (body -= left; body > 0; ) {
                int n = in.read(buffer);
                if (n < 0) {
                    throw new EOFException();
                }
                body -= n;
            }
            left = 0;
        }
        out.write(("HTTP/1.1 200 OK\r\nServer: sink\r\nContent-Type: text/plain\r\nLocation: http://inner.test/there\r\nContent-Length: "
                + size + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (long rest = size; rest > 0; rest -= BYTES.length) {
            out.write(BYTES, 0, (int) Math.min(rest, BYTES.length));
        }
        out.flush();
        return left;
    }

    private static long length(String head) throws IOException {
        for (String line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                return Long.parseLong(line.substring("content-length:".length()).strip());
            }
        }
        throw new IOException("a body without its length");
    }
}
