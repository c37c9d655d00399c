package io.relaygate.plugins.redis.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who logs in by AUTH or HELLO. */
public final class Login {

    private static final String DEFAULT = "default";

    private final String user;
    private final byte[] password;
    private final List<byte[]> rest;

    private Login(String user, byte[] password, List<byte[]> rest) {
        this.user = user;
        this.password = password;
        this.rest = List.copyOf(rest);
    }

    /** The name; {@code default} where none was sent. */
    public String user() {
        return user;
    }

    /** The array that was read, for whoever wipes it. */
    public byte[] password() {
        return password;
    }

    /** What of HELLO is left without the login; empty for AUTH. */
    public List<byte[]> rest() {
        return rest;
    }

    /**
     * Reads an AUTH or a HELLO whose arguments were all read.
     *
     * @return null if it carries no login, or none that Redis would understand
     */
    public static @Nullable Login of(Request request) {
        if (!request.isComplete()) {
            return null;
        }
        return request.name().equals("auth") ? auth(request.arguments()) : hello(request.arguments());
    }

    /** Whether a HELLO is understood and carries no login. */
    public static boolean isPlainHello(Request request) {
        return request.isComplete() && request.arguments().stream().noneMatch(word -> Request.lower(word).equals("auth"));
    }

    private static @Nullable Login auth(List<byte[]> words) {
        return switch (words.size()) {
            case 1 -> new Login(DEFAULT, words.get(0), List.of());
            case 2 -> new Login(text(words.get(0)), words.get(1), List.of());
            default -> null;
        };
    }

    private static @Nullable Login hello(List<byte[]> words) {
        if (words.isEmpty()) {
            return null;
        }
        List<byte[]> rest = new ArrayList<>(List.of("HELLO".getBytes(StandardCharsets.US_ASCII), words.getFirst()));
        Login login = null;
        for (int i = 1; i < words.size(); ) {
            String option = Request.lower(words.get(i));
            if (option.equals("auth") && i + 2 < words.size()) {
                login = new Login(text(words.get(i + 1)), words.get(i + 2), List.of());
                i += 3;
            } else if (option.equals("setname") && i + 1 < words.size()) {
                rest.add(words.get(i));
                rest.add(words.get(i + 1));
                i += 2;
            } else {
                return null;
            }
        }
        return login == null ? null : new Login(login.user(), login.password(), rest);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
