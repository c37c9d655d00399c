package io.relaygate.plugins.http.storage;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a storage account's service, or the public one that stands for it.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority its host, and its port if it is said
 * @param path what comes before the container, without a slash at its end: empty, or {@code /account} where the host does not say it
 */
public record Endpoint(String scheme, Authority authority, String path) {

    private static final Pattern URL = Pattern.compile("(https?)://([^/?#]+)((?:/[A-Za-z0-9._-]+)*)/?");

    /**
     * Reads {@code https://host/} or {@code http://host:port/account}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    public static Endpoint parse(String text) {
        Matcher url = URL.matcher(text);
        try {
            if (url.matches()) {
                return new Endpoint(url.group(1), Authority.parse(url.group(2)), url.group(3));
            }
        } catch (MalformedException e) {
            throw new IllegalArgumentException("expected the address of a storage service, found '" + text + "'", e);
        }
        throw new IllegalArgumentException("expected an address as `https://acct.blob.oslo.stack.local/`, found '" + text + "'");
    }

    /** The word of its host at this place, if the host is a name of the form {@code account.service.rest}; otherwise empty. */
    String word(int place) {
        String[] words = authority.host().split("\\.", 3);
        return words.length < 3 || !words[1].matches("blob|queue|table") ? "" : words[place];
    }

    /**
     * The path in the account, with its slash, of one that begins with this address's.
     *
     * @return null if it does not begin so
     */
    @Nullable String within(String whole) {
        if (!whole.startsWith(path)) {
            return null;
        }
        String rest = whole.substring(path.length());
        return rest.isEmpty() ? "/" : rest.startsWith("/") ? rest : null;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority + path + "/";
    }
}
