package io.relaygate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * One large body in one direction.
 *
 * @param bytes how large
 */
record WebBulk(Direction direction, long bytes) implements Workload {

    private static final int PIECE = 64 * 1024;

    @Override
    public String name() {
        return "body-" + direction;
    }

    @Override
    public List<Metric> metrics() {
        String what = "%d MiB %s: ".formatted(bytes >> 20, direction);
        return List.of(new Metric(what + "MB/s", 0), new Metric(what + "CPU-s/GB of the site's end", 2),
                new Metric(what + "growth of the site's end, MB", 0, false));
    }

    @Override
    public double[] measure(ProcessSet set, InetSocketAddress sink, Duration window) throws IOException {
        long before = set.residentBytes();
        double cpu = set.cpuSeconds();
        long start = System.nanoTime();
        try (Socket socket = new Socket(set.entry().getAddress(), set.entry().getPort())) {
            if (direction == Direction.UP) {
                up(socket);
            } else {
                down(socket);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new double[] {
            bytes / seconds / 1e6, (set.cpuSeconds() - cpu) / (bytes / 1e9), (set.residentBytes() - before) / 1e6
        };
    }

    private void up(Socket socket) throws IOException {
        say(socket, "PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: " + bytes);
        byte[] piece = new byte[PIECE];
        for (long left = bytes; left > 0; left -= piece.length) {
            socket.getOutputStream().write(piece, 0, (int) Math.min(left, piece.length));
        }
        head(socket.getInputStream());
    }

    private void down(Socket socket) throws IOException {
        say(socket, "GET /" + bytes + " HTTP/1.1\r\nHost: a");
        InputStream in = socket.getInputStream();
        head(in);
        byte[] piece = new byte[PIECE];
        for (long left = bytes; left > 0; ) {
            int n = in.read(piece, 0, (int) Math.min(left, piece.length));
            if (n < 0) {
                throw new EOFException("the body ends " + left + " bytes early");
            }
            left -= n;
        }
    }

    private static void say(Socket socket, String head) throws IOException {
        socket.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("no answer but: " + head);
            }
            head.append((char) b);
        }
        if (!head.toString().startsWith("HTTP/1.1 200 ")) {
            throw new IOException("an answer that is none: " + head);
        }
    }
}
