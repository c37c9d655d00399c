package io.relaygate.relay;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A shared access signature as Azure Service Bus defines it: {@code SharedAccessSignature sr=..&sig=..&se=..&skn=..}.
 *
 * <p>Encoders differ in case, in {@code +} against {@code %20} and in whether they encode the key's name at all, so
 * the text stays as it came: the signature is over the raw {@code sr}.
 */
public final class SasToken {

    /** What every token begins with. */
    public static final String SCHEME = "SharedAccessSignature";

    /** Longer texts are no token: a resource, a signature, a time and a name of at most 256 characters. */
    static final int MAX_LENGTH = 4096;

    private static final int MAX_NAME = 256;

    private final String rawResource;
    private final String signature;
    private final String rawExpiry;
    private final String rawKeyName;
    private final Instant expires;

    private SasToken(String rawResource, String signature, String rawExpiry, String rawKeyName) {
        this.rawResource = rawResource;
        this.signature = signature;
        this.rawExpiry = rawExpiry;
        this.rawKeyName = rawKeyName;
        this.expires = readExpiry(rawExpiry);
    }

    /**
     * Signs a new token.
     *
     * @param resource what it is for, {@code http://NAMESPACE/PATH}
     * @param keyName the name of the key, at most 256 characters
     * @param key the key as Azure shows it; its characters are the secret, they are not decoded
     * @param expires the second at which it ends
     */
    public static SasToken mint(String resource, String keyName, char[] key, Instant expires) {
        requireName(keyName);
        if (key.length == 0 || key.length > MAX_NAME) {
            throw new IllegalArgumentException("a shared access key has 1 to " + MAX_NAME + " characters");
        }
        String encoded = PercentText.encode(resource);
        String expiry = Long.toString(expires.getEpochSecond());
        String signature = Base64.getEncoder().encodeToString(hmac(key, encoded, expiry));
        return new SasToken(
                encoded,
                PercentText.encode(signature),
                expiry,
                PercentText.encode(keyName));
    }

    /**
     * The resource of a hybrid connection, in the form that every relay understands.
     *
     * @param host the namespace's host, without port, an IPv6 address without brackets
     */
    public static String resource(String host, String hybridConnection) {
        String authority = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return "http://" + authority.toLowerCase(Locale.ROOT) + "/" + hybridConnection;
    }

    /**
     * Reads a token; fields may stand in any order.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong and holds nothing of the token
     */
    public static SasToken parse(String text) {
        String trimmed = text.strip();
        if (trimmed.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a token has at most " + MAX_LENGTH + " characters");
        }
        if (!trimmed.regionMatches(true, 0, SCHEME + " ", 0, SCHEME.length() + 1)) {
            throw new IllegalArgumentException("a token begins with '" + SCHEME + " '");
        }
        Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String field : trimmed.substring(SCHEME.length() + 1).strip().split("&", -1)) {
            int equals = field.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("a token's fields are name=value, separated by '&'");
            }
            String name = field.substring(0, equals).strip();
            if (fields.put(name, field.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException("a token's fields may stand only once");
            }
        }
        return new SasToken(
                required(fields, "sr"), required(fields, "sig"), required(fields, "se"), required(fields, "skn"));
    }

    /** The decoded resource, {@code http://namespace/path}. */
    public String resource() {
        return PercentText.decode(rawResource);
    }

    /** The host of the resource, lower-case, without scheme and port. */
    public String host() {
        String rest = withoutScheme();
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        int end = authority.startsWith("[") ? authority.indexOf(']') + 1 : authority.indexOf(':');
        return (end <= 0 ? authority : authority.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    /** The path of the resource without slashes at its ends; empty for the whole namespace. */
    public String path() {
        String rest = withoutScheme();
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash);
        int query = path.indexOf('?');
        return stripSlashes(query < 0 ? path : path.substring(0, query));
    }

    /** Whether the resource covers a hybrid connection: its path is the connection's or leads to it. */
    public boolean covers(String hybridConnection) {
        String mine = path().toLowerCase(Locale.ROOT);
        String wanted = stripSlashes(hybridConnection).toLowerCase(Locale.ROOT);
        return mine.isEmpty() || wanted.equals(mine) || wanted.startsWith(mine + "/");
    }

    /** The name of the key that signed it. */
    public String keyName() {
        return PercentText.decode(rawKeyName);
    }

    /** Whether this name is meant, encoded in either way or, as some clients send it, not. */
    public boolean isSignedBy(String name) {
        return rawKeyName.equals(name)
                || keyName().equals(name)
                || PercentText.decode(rawKeyName.replace('+', ' ')).equals(name);
    }

    /** When it ends. */
    public Instant expires() {
        return expires;
    }

    /** Whether the key has made the signature; takes the same time for right and for wrong. */
    public boolean verify(char[] key) {
        byte[] expected = Base64.getEncoder().encode(hmac(key, rawResource, rawExpiry));
        return MessageDigest.isEqual(expected, PercentText.decode(signature).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The token without its proof, for people.
     *
     * @param now for saying whether it has ended
     */
    public String explain(Instant now) {
        String when = expires.isAfter(now) ? "valid until " : "expired since ";
        return "resource " + resource() + System.lineSeparator()
                + "key      " + keyName() + System.lineSeparator()
                + "time     " + when + expires;
    }

    /** The token as it goes over the wire. */
    public String text() {
        return SCHEME + " sr=" + rawResource + "&sig=" + signature + "&se=" + rawExpiry + "&skn=" + rawKeyName;
    }

    /** Without the signature, so that a stray log line gives nothing away. */
    @Override
    public String toString() {
        return "token of key " + keyName() + " for " + resource() + " until " + expires;
    }

    private String withoutScheme() {
        String whole = resource();
        int scheme = whole.indexOf("://");
        return scheme < 0 ? whole : whole.substring(scheme + 3);
    }

    private static String stripSlashes(String path) {
        int from = 0;
        int to = path.length();
        while (from < to && path.charAt(from) == '/') {
            from++;
        }
        while (to > from && path.charAt(to - 1) == '/') {
            to--;
        }
        return path.substring(from, to);
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("a token needs the field '" + name + "'");
        }
        if (name.equals("skn")) {
            requireName(PercentText.decode(value));
        }
        return value;
    }

    private static void requireName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("the name of a shared access key has 1 to " + MAX_NAME + " characters");
        }
    }

    private static Instant readExpiry(String text) {
        // Seconds of eleven digits reach the year 5138; more would overflow what follows.
        if (text.isEmpty() || text.length() > 11 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("a token's field 'se' is a time in seconds since 1970");
        }
        return Instant.ofEpochSecond(Long.parseLong(text));
    }

    private static byte[] hmac(char[] key, String resource, String expiry) {
        ByteBuffer encoded = ByteBuffer.allocate(3 * key.length);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(key), encoded, true);
        byte[] bytes = Arrays.copyOf(encoded.array(), encoded.position());
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            return mac.doFinal((resource + "\n" + expiry).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(encoded.array(), (byte) 0);
        }
    }
}
