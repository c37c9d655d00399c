package io.relaygate.net;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file in which {@code kinit} leaves tickets, versions 3 and 4 (MIT krb5, "Credential cache file format"): as much of it as it takes to
 * say why the JDK, which reads it by itself and tells nothing, finds no ticket there.
 */
final class TicketCache {

    private static final int LARGEST = 1024 * 1024;

    private final ByteBuffer in;
    private final int version;

    private TicketCache(byte[] bytes) {
        in = ByteBuffer.wrap(bytes);
        int format = in.getShort();
        if (format != 0x0503 && format != 0x0504) {
            throw new IllegalArgumentException("of another version");
        }
        version = format & 0xff;
        if (version == 4) {
            skip(in.getShort() & 0xffff);
        }
    }

    /**
     * A ticket by which others are had.
     *
     * @param client whose it is, {@code NAME@REALM}
     * @param encryption of its key, a number of RFC 3961
     */
    record Ticket(String client, Instant end, int encryption) {}

    /**
     * The ticket of the one whose file it is for the KDC of their realm; of several, the last to end.
     *
     * @return null if there is none, or the file is something else
     * @throws IOException if the file cannot be read
     */
    static @Nullable Ticket read(Path file) throws IOException {
        return Files.size(file) > LARGEST ? null : of(Files.readAllBytes(file));
    }

    static @Nullable Ticket of(byte[] bytes) {
        try {
            return new TicketCache(bytes).forOthers();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return null;
        }
    }

    private @Nullable Ticket forOthers() {
        String owner = principal();
        String realm = owner.substring(owner.indexOf('@') + 1);
        Ticket found = null;
        while (in.hasRemaining()) {
            String client = principal();
            String server = principal();
            int encryption = in.getShort();
            skip(version == 3 ? 2 : 0);
            counted();
            skip(8);
            Instant end = Instant.ofEpochSecond(in.getInt() & 0xffff_ffffL);
            skip(4 + 1 + 4);
            tagged();
            tagged();
            counted();
            counted();
            if (client.equals(owner) && server.equals("krbtgt/" + realm + "@" + realm) && (found == null || end.isAfter(found.end))) {
                found = new Ticket(client, end, encryption);
            }
        }
        return found;
    }

    private String principal() {
        skip(4);
        int parts = in.getInt();
        String realm = counted();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            names.add(counted());
        }
        return String.join("/", names) + "@" + realm;
    }

    /** Addresses, or data of authorization: a number, and a value each. */
    private void tagged() {
        for (int left = in.getInt(); left > 0; left--) {
            skip(2);
            counted();
        }
    }

    private String counted() {
        int length = in.getInt();
        int from = in.position();
        skip(length);
        return new String(in.array(), from, length, StandardCharsets.UTF_8);
    }

    /** At most to the end, and never back. */
    private void skip(int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(in.position() + length);
    }
}
