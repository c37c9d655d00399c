package io.relaygate.plugins.http.storage;

import io.relaygate.plugins.http.wire.Authority;
import io.relaygate.plugins.http.wire.MalformedException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a blob is copied from ({@code x-ms-copy-source}), if it is a blob of the same account.
 *
 * @param path in the account, as it came
 * @param query as it came
 */
record CopySource(String path, Query query) {

    private static final Pattern URL = Pattern.compile("https?://([^/?#]+)(/[^?#]*)(?:\\?([^#]*))?", Pattern.CASE_INSENSITIVE);

    /** The SDK for Java puts two before the container, where the address of the account has no path. */
    private static final Pattern SLASHES = Pattern.compile("^/+");

    /**
     * Reads one.
     *
     * @param publicly the address by which clients know the account
     * @param endpoint the account's own
     * @return null if it is not in this account
     */
    static @Nullable CopySource of(String text, Endpoint publicly, Endpoint endpoint) throws StorageRefusedException {
        Matcher url = URL.matcher(text);
        if (!url.matches()) {
            return null;
        }
        Authority authority;
        try {
            authority = Authority.parse(url.group(1));
        } catch (MalformedException e) {
            return null;
        }
        String path = null;
        if (authority.host().equals(publicly.authority().host())) {
            path = publicly.within(url.group(2));
        } else if (authority.equals(endpoint.authority())) {
            path = endpoint.within(url.group(2));
        }
        return path == null ? null : new CopySource(SLASHES.matcher(path).replaceFirst("/"), Query.parse(url.group(3)));
    }

    /** The blob as the account's own address has it. */
    String at(Endpoint endpoint, Query asked) {
        return endpoint.scheme() + "://" + endpoint.authority() + endpoint.path() + path + asked.text();
    }

    /** What is done to it. */
    Call call() throws StorageRefusedException {
        return Call.of("GET", path, query);
    }
}
