package io.relaygate.access.ssh;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An OpenSSH user certificate (OpenSSH PROTOCOL.certkeys): an authority says of a key for which names it is good. Extensions
 * are left out: they say what a session may do, and not whose it is.
 *
 * @param serial its serial number, as unsigned bits
 * @param keyId what its authority calls it, for people
 * @param principals the names that it is good for
 * @param after the first second in which it is good, as unsigned bits, in seconds since 1970
 * @param before the first second in which it is good no more, as unsigned bits
 * @param criticalOptions what whoever takes it must understand: name and data
 * @param authority the key that has signed it
 * @param signed what is signed
 * @param signature the signature
 */
public record UserCertificate(
        long serial,
        String keyId,
        List<String> principals,
        long after,
        long before,
        Map<String, ByteBuffer> criticalOptions,
        SshKey authority,
        ByteBuffer signed,
        ByteBuffer signature) {

    /** The longest that is taken, in bytes. */
    public static final int LONGEST = 16 * 1024;

    private static final String SUFFIX = "-cert-v01@openssh.com";
    private static final int USER = 1;
    private static final int MOST = 256;

    /** Keeps its own copies. */
    public UserCertificate {
        principals = List.copyOf(principals);
        criticalOptions = Map.copyOf(criticalOptions);
    }

    /**
     * Reads one, and does not verify its signature.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static UserCertificate parse(ByteBuffer blob) {
        if (blob.remaining() > LONGEST) {
            throw new IllegalArgumentException("a certificate of more than " + LONGEST + " bytes");
        }
        SshReader reader = new SshReader(blob);
        String type = reader.text();
        if (!type.endsWith(SUFFIX)) {
            throw new IllegalArgumentException("no certificate of a type that is taken");
        }
        reader.string(); // nonce
        SshKey.fields(plain(type.substring(0, type.length() - SUFFIX.length())), reader);
        long serial = reader.uint64();
        if (reader.uint32() != USER) {
            throw new IllegalArgumentException("a certificate that is not for a user");
        }
        String keyId = reader.text();
        List<String> principals = principals(new SshReader(reader.string()));
        long after = reader.uint64();
        long before = reader.uint64();
        Map<String, ByteBuffer> options = options(new SshReader(reader.string()));
        options(new SshReader(reader.string())); // extensions
        reader.string(); // reserved
        SshKey authority = SshKey.parse(reader.string());
        ByteBuffer signed = blob.slice(blob.position(), reader.read());
        ByteBuffer signature = reader.string();
        reader.end();
        return new UserCertificate(serial, keyId, principals, after, before, options, authority, signed, signature);
    }

    /** The type of the key that a certificate is for: security keys' certificates have their domain at the end only. */
    private static String plain(String type) {
        return type.startsWith("sk-") ? type + "@openssh.com" : type;
    }

    private static List<String> principals(SshReader reader) {
        List<String> all = new ArrayList<>();
        while (!reader.atEnd()) {
            if (all.size() == MOST) {
                throw new IllegalArgumentException("more than " + MOST + " principals");
            }
            all.add(reader.text());
        }
        return all;
    }

    private static Map<String, ByteBuffer> options(SshReader reader) {
        Map<String, ByteBuffer> all = new LinkedHashMap<>();
        while (!reader.atEnd()) {
            if (all.size() == MOST || all.put(reader.text(), reader.string()) != null) {
                throw new IllegalArgumentException("more than " + MOST + " options, or one twice");
            }
        }
        return all;
    }

    /** Whether it is good at a time. */
    public boolean isGoodAt(Instant time) {
        long second = time.getEpochSecond();
        return Long.compareUnsigned(after, second) <= 0 && Long.compareUnsigned(second, before) < 0;
    }

    /** When it is good no more; {@link Instant#MAX} for one that is good for ever. */
    public Instant end() {
        return before < 0 || before > Instant.MAX.getEpochSecond() ? Instant.MAX : Instant.ofEpochSecond(before);
    }

    /**
     * Whether its authority has signed it.
     *
     * @throws IllegalArgumentException if the signature is of no kind that is taken
     */
    public boolean isSigned() {
        return authority.verifies(signed, signature);
    }

    /** The text of a critical option, which is a string within its data. */
    public static String text(ByteBuffer data) {
        SshReader reader = new SshReader(data);
        String text = reader.text();
        reader.end();
        return text;
    }
}
