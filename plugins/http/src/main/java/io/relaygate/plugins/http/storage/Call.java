package io.relaygate.plugins.http.storage;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request as the account sees it.
 *
 * @param method its method
 * @param path its path in the account, as it came, with its slash
 * @param query its query
 */
record Call(String method, String path, Query query) {

    /** A segment that some server, after decoding it however often, takes for the folder itself or for the one above. */
    private static final Pattern DOTS = Pattern.compile(
            "(?:^|[/\\\\]|%(?:25)*(?:2f|5c))(?:\\.|%(?:25)*2e){1,2}(?:$|[/\\\\]|%(?:25)*(?:2f|5c))", Pattern.CASE_INSENSITIVE);

    /**
     * Of a request.
     *
     * @throws StorageRefusedException 400, if its path may be another one for the service
     */
    static Call of(String method, String path, Query query) throws StorageRefusedException {
        if (DOTS.matcher(path).find()) {
            throw new StorageRefusedException(400, "InvalidUri", "a path with `.` or `..` in it is not passed on");
        }
        Query.decoded(path);
        return new Call(method, path, query);
    }

    /** The first segment, decoded; empty if there is none. */
    String first() throws StorageRefusedException {
        int slash = path.indexOf('/', 1);
        return Query.decoded((slash < 0 ? path.substring(1) : path.substring(1, slash)).replace("+", "%2B"));
    }

    /** What follows the first segment and its slash, as it came; null if no slash follows. */
    @Nullable String rest() {
        int slash = path.indexOf('/', 1);
        return slash < 0 ? null : path.substring(slash + 1);
    }

    /** By what the services tell requests to the same place apart: {@code GET container/list}; {@code HEAD} counts as {@code GET}. */
    String verb() {
        return (method.equals("HEAD") ? "GET" : method) + " " + word("restype") + "/" + word("comp");
    }

    private String word(String name) {
        String value = query.get(name);
        return value == null ? "" : value.isEmpty() ? "?" : value.toLowerCase(Locale.ROOT);
    }
}
