package io.relaygate.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Plain requests. */
final class Http {

    /** What came back. */
    record Answer(int status, String body) {}

    private Http() {}

    /** Gets a page; status 0 if nobody answers. */
    static Answer get(String url) {
        return get(url, "");
    }

    /** The same, with a bearer token unless that is empty. */
    static Answer get(String url, String token) {
        return send("GET", url, token);
    }

    /** The same for a POST without a body. */
    static Answer post(String url, String token) {
        return send("POST", url, token);
    }

    private static Answer send(String method, String url, String token) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setRequestMethod(method);
            if (!token.isEmpty()) {
                connection.setRequestProperty("Authorization", "Bearer " + token);
            }
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(20_000);
            return read(connection);
        } catch (SocketException | SocketTimeoutException e) {
            return new Answer(0, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(url, e);
        }
    }

    private static Answer read(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        try (var in = status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
            return new Answer(status, in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            connection.disconnect();
        }
    }
}
