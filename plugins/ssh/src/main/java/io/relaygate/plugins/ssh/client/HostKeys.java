package io.relaygate.plugins.ssh.client;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys that one server may show, for one login. Nothing is ever learnt. */
final class HostKeys implements HostKeyRepository {

    private static final Pattern FINGERPRINT = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");
    private static final Pattern KEY = Pattern.compile("([a-z0-9@.-]+) +([A-Za-z0-9+/]+=*)(?: .*)?");

    private final List<HostKey> pinned = new ArrayList<>();
    private final List<HostKey> authorities = new ArrayList<>();
    private final List<String> fingerprints = new ArrayList<>();
    private @Nullable String shown;

    /**
     * As the settings say.
     *
     * @throws IllegalArgumentException if there are none, or one cannot be understood
     */
    HostKeys(LoginSettings settings) {
        if (settings.hostKeys().isEmpty() && settings.hostAuthorities().isEmpty()) {
            throw new IllegalArgumentException(settings.who() + " needs `hostKeys` or `hostAuthorities`: without, anybody could be it; "
                    + "`ssh-keyscan` shows its keys, which its operator can confirm");
        }
        for (String key : settings.hostKeys()) {
            if (FINGERPRINT.matcher(key).matches()) {
                fingerprints.add(key.replace("=", ""));
            } else {
                pinned.add(parse("", key, "hostKeys", settings));
            }
        }
        settings.hostAuthorities().forEach(key -> authorities.add(parse("@cert-authority", key, "hostAuthorities", settings)));
    }

    private static HostKey parse(String marker, String text, String setting, LoginSettings settings) {
        Matcher key = KEY.matcher(text.strip());
        if (key.matches()) {
            try {
                byte[] blob = Base64.getDecoder().decode(key.group(2));
                HostKey parsed = new HostKey(marker, settings.host(), HostKey.GUESS, blob, "");
                if (parsed.getType().equals(key.group(1)) && isWhole(blob)) {
                    return parsed;
                }
            } catch (IllegalArgumentException | JSchException | IndexOutOfBoundsException e) {
                throw unreadable(text, setting, settings, e);
            }
        }
        throw unreadable(text, setting, settings, null);
    }

    /** Whether a key is made of fields, each with its length before it, and nothing else (RFC 4253 section 6.6). */
    private static boolean isWhole(byte[] key) {
        ByteBuffer left = ByteBuffer.wrap(key);
        int fields = 0;
        while (left.remaining() >= Integer.BYTES) {
            int length = left.getInt();
            if (length < 1 || length > left.remaining()) {
                return false;
            }
            left.position(left.position() + length);
            fields++;
        }
        return fields > 1 && !left.hasRemaining();
    }

    private static IllegalArgumentException unreadable(String text, String setting, LoginSettings settings, @Nullable Exception why) {
        String kinds = setting.equals("hostKeys") ? "'ssh-ed25519 AAAA...' or 'SHA256:...'" : "'ssh-ed25519 AAAA...'";
        return new IllegalArgumentException("`" + setting + "` of " + settings.who() + ": expected " + kinds + ", found '" + text + "'", why);
    }

    boolean hasKeys() {
        return !pinned.isEmpty() || !fingerprints.isEmpty();
    }

    boolean hasAuthorities() {
        return !authorities.isEmpty();
    }

    /** The fingerprint of the key that was shown and is none of these, or null. */
    @Nullable String shown() {
        return shown;
    }

    private static String fingerprint(byte[] key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
            return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    @Override
    public int check(String host, byte[] key) {
        String mark = fingerprint(key);
        String text = Base64.getEncoder().encodeToString(key);
        if (fingerprints.contains(mark) || pinned.stream().anyMatch(pin -> pin.getKey().equals(text))) {
            return OK;
        }
        shown = mark;
        return NOT_INCLUDED;
    }

    @Override
    public HostKey[] getHostKey() {
        List<HostKey> all = new ArrayList<>(pinned);
        all.addAll(authorities);
        return all.toArray(HostKey[]::new);
    }

    /** Also tells JSch which kinds of keys to ask for first. */
    @Override
    public HostKey[] getHostKey(@Nullable String host, @Nullable String type) {
        return pinned.stream().filter(pin -> type == null || pin.getType().equals(type)).toArray(HostKey[]::new);
    }

    @Override
    public void add(HostKey key, @Nullable UserInfo user) {}

    @Override
    public void remove(String host, String type) {}

    @Override
    public void remove(String host, String type, byte[] key) {}

    @Override
    public String getKnownHostsRepositoryID() {
        return "the configuration";
    }
}
