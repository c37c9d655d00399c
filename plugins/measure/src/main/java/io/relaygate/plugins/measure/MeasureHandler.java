package io.relaygate.plugins.measure;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/** One route's measurements; each session is one. */
final class MeasureHandler implements ProtocolHandler {

    private static final byte[] GREETING = "relaygate-measure 1\n".getBytes(US_ASCII);
    private static final int MOST_ECHOED = 1 << 20;
    private static final int LONGEST_LINE = 40;
    private static final int PIECE = 64 * 1024 - 64;

    private final MeasureSettings settings;
    private final Semaphore free;

    MeasureHandler(MeasureSettings settings) {
        this.settings = settings;
        this.free = new Semaphore(settings.atOnce());
    }

    @Override
    public void handle(Session session) throws IOException {
        if (!free.tryAcquire()) {
            throw new RefusedException(Reason.BUSY, "others measure now, and no more than " + settings.atOnce() + " may");
        }
        try (Connection client = taken(session)) {
            try {
                client.deadline(Instant.now().plus(settings.mostTime()));
                client.out().write(GREETING);
                serve(client, line(client.in()));
            } finally {
                // Before the client sees the end: it may measure again at once.
                free.release();
            }
            client.finish();
        }
    }

    private Connection taken(Session session) throws IOException {
        boolean taken = false;
        try {
            Connection client = session.client();
            taken = true;
            return client;
        } finally {
            if (!taken) {
                free.release();
            }
        }
    }

    private void serve(Connection client, String line) throws IOException {
        if (line.equals("echo")) {
            echo(client);
        } else if (line.equals("up")) {
            up(client);
        } else if (line.startsWith("down ")) {
            down(client, line.substring("down ".length()));
        } else {
            throw new RefusedException(Reason.MALFORMED, "expected echo, up or down BYTES");
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0 || line.length() == LONGEST_LINE) {
                throw new RefusedException(Reason.MALFORMED, "expected a line of at most " + LONGEST_LINE + " characters");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    private void echo(Connection client) throws IOException {
        byte[] buffer = new byte[4096];
        int echoed = 0;
        for (int n = client.in().read(buffer); n >= 0; n = client.in().read(buffer)) {
            echoed += n;
            requireAtMost(echoed, Math.min(MOST_ECHOED, settings.mostBytes()));
            client.out().write(buffer, 0, n);
        }
    }

    private void up(Connection client) throws IOException {
        byte[] buffer = new byte[PIECE];
        long taken = 0;
        for (int n = client.in().read(buffer); n >= 0; n = client.in().read(buffer)) {
            taken += n;
            requireAtMost(taken, settings.mostBytes());
        }
        client.out().write((taken + "\n").getBytes(US_ASCII));
    }

    private void down(Connection client, String bytes) throws IOException {
        if (!bytes.matches("[0-9]{1,18}")) {
            throw new RefusedException(Reason.MALFORMED, "expected a number of bytes");
        }
        long left = Long.parseLong(bytes);
        requireAtMost(left, settings.mostBytes());
        byte[] piece = new byte[PIECE];
        while (left > 0) {
            int n = (int) Math.min(left, piece.length);
            client.out().write(piece, 0, n);
            left -= n;
        }
    }

    private static void requireAtMost(long bytes, int most) throws RefusedException {
        if (bytes > most) {
            throw new RefusedException(Reason.NOT_ALLOWED, "more than the " + most + " bytes that a measurement may move");
        }
    }
}
