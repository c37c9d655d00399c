package io.relaygate.admin;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the running gateway through its {@code stateDir} and sends it a command. */
public final class AdminClient {

    /** What {@link AddressesFile} calls the admin port. */
    public static final String ADMIN = "admin";

    private static final int LARGEST_ANSWER = 1 << 20;

    private final String address;
    /** A text, as the JDK's client wants it, for as long as a command takes. */
    private final String authorization;

    private AdminClient(String address, String authorization) {
        this.address = address;
        this.authorization = authorization;
    }

    /**
     * Finds the gateway.
     *
     * @throws IOException if none runs with this {@code stateDir}, or its token cannot be read; the message says what
     *     to do
     */
    public static AdminClient find(Path stateDir) throws IOException {
        String address;
        try {
            address = AddressesFile.read(stateDir).get(ADMIN);
        } catch (NoSuchFileException e) {
            throw new IOException("no gateway runs with the state folder " + stateDir, e);
        }
        if (address == null) {
            throw new IOException("the gateway has no admin port: its configuration needs `admin:`");
        }
        return new AdminClient(address, AdminToken.header(stateDir));
    }

    /**
     * Tells the gateway to read its configuration again.
     *
     * @param limit how long the gateway may take
     * @return what is wrong with the configuration, one line each; empty if it was applied
     */
    public List<String> reload(Duration limit) throws IOException {
        Map<String, @Nullable Object> answer = send("POST", "/reload", limit, 200, 422);
        return answer.get("problems") instanceof List<?> problems
                ? problems.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Asks for the plugin jars. */
    public List<Controls.Plugin> plugins(Duration limit) throws IOException {
        List<Controls.Plugin> plugins = new ArrayList<>();
        if (send("GET", "/plugins", limit, 200).get("plugins") instanceof List<?> all) {
            for (Object each : all) {
                if (each instanceof Map<?, ?> plugin && plugin.get("protocols") instanceof List<?> protocols) {
                    plugins.add(new Controls.Plugin(
                            String.valueOf(plugin.get("file")),
                            plugin.get("id") instanceof String id ? id : null,
                            plugin.get("version") instanceof String version ? version : null,
                            protocols.stream().map(String::valueOf).toList(),
                            plugin.get("declares") instanceof String declares ? declares : "",
                            String.valueOf(plugin.get("state")),
                            plugin.get("reason") instanceof String reason ? reason : null));
                }
            }
        }
        return plugins;
    }

    /** Asks how the ways of sessions are. */
    public Status status(Duration limit) throws IOException {
        return JsonRecords.read(Status.class, send("GET", "/status", limit, 200));
    }

    /**
     * Has the gateway measure the way to a service.
     *
     * @param limit how long that may take
     * @throws IOException if it could not be measured; the message says why
     */
    public BenchReport bench(BenchRequest request, Duration limit) throws IOException {
        Map<String, @Nullable Object> answer = send("POST", "/bench?" + BenchQuery.write(request), limit, 200, 400, 422);
        if (answer.get("error") instanceof String trouble) {
            throw new IOException(trouble);
        }
        return JsonRecords.read(BenchReport.class, answer);
    }

    private Map<String, @Nullable Object> send(String method, String path, Duration limit, Integer... expected)
            throws IOException {
        HttpURLConnection http = (HttpURLConnection)
                URI.create("http://" + address + path).toURL().openConnection(Proxy.NO_PROXY);
        http.setConnectTimeout((int) limit.toMillis());
        http.setReadTimeout((int) limit.toMillis());
        http.setRequestMethod(method);
        http.setRequestProperty("Authorization", authorization);
        try {
            int status = http.getResponseCode();
            try (InputStream body = status < 400 ? http.getInputStream() : http.getErrorStream()) {
                String text = body == null ? "" : new String(body.readNBytes(LARGEST_ANSWER), StandardCharsets.UTF_8);
                if (!List.of(expected).contains(status)) {
                    throw new IOException("the gateway at " + address + " answered " + status + " " + text.strip());
                }
                return Json.object(text);
            }
        } catch (java.net.ConnectException e) {
            throw new IOException("no gateway answers at " + address, e);
        } finally {
            http.disconnect();
        }
    }
}
