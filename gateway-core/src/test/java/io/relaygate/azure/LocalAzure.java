package io.relaygate.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** IMDS, App Service's identity endpoint, Microsoft Entra and a key vault on one port of this machine, as they are documented. */
public final class LocalAzure implements AutoCloseable {

    /** What is answered. */
    record Answer(int status, Map<String, String> fields, String body) {
        static Answer secret(String value) {
            return new Answer(200, Map.of(), "{\"value\":\"" + value + "\",\"attributes\":{\"enabled\":true},\"id\":\"x\"}");
        }

        static Answer error(int status, String code, String message) {
            return new Answer(status, Map.of(), "{\"error\":{\"code\":\"" + code + "\",\"message\":\"" + message + "\"}}");
        }

        /** As OAuth 2.0 has them. */
        static Answer refused(int status, String error, String description) {
            return new Answer(status, Map.of(), "{\"error\":\"" + error + "\",\"error_description\":\"" + description + "\"}");
        }
    }

    /** The client secret that Microsoft Entra knows. */
    public static final String SECRET = "pass";

    final Map<String, Answer> secrets = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    /** The forms that Microsoft Entra was sent, decoded. */
    public final List<Map<String, String>> forms = new CopyOnWriteArrayList<>();
    /** What is answered to the next who ask for a token, before it is as usual. */
    final Deque<Answer> next = new ConcurrentLinkedDeque<>();
    /** How many tokens were issued. */
    public final AtomicInteger issued = new AtomicInteger();
    /** What is in front of the number of each token; without it all are {@code t0ken}. */
    public volatile String prefix = "";
    /** How many seconds tokens live. */
    public volatile String lives = "3600";
    /** Whether the vault is as old as that of Azure Stack Hub. */
    volatile boolean old;
    /** Whether identities get tokens. */
    volatile boolean knows = true;
    /** The certificate of the application. */
    volatile @Nullable X509Certificate certificate;
    /** The refresh token that is good. */
    volatile String refresh = "refresh-0";
    /** The file that the agent of Azure Arc names. */
    volatile String realm = "";
    /** How many seconds a device is to wait between two questions. */
    public volatile int interval;
    private final HttpServer server;
    private final String scheme;

    /** One that is there now. */
    public LocalAzure() throws IOException {
        this("http", HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    }

    private LocalAzure(String scheme, HttpServer server) {
        this.scheme = scheme;
        this.server = server;
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    /** One that speaks TLS. */
    static LocalAzure secured(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new LocalAzure("https", server);
    }

    /** Where it is. */
    public String address() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Nobody has signed in any more. */
    public void forget() {
        refresh = "taken back";
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String query = exchange.getRequestURI().getQuery();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
        switch (path) {
            case "/metadata/identity/oauth2/token" -> token(exchange, "true".equals(exchange.getRequestHeaders().getFirst("Metadata")), "");
            case "/msi/token" -> token(exchange, "guard".equals(exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER")), "");
            case "/arc" -> {
                if ("Basic shown".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                    token(exchange, true, "");
                } else {
                    send(exchange, new Answer(401, Map.of("WWW-Authenticate", "Basic realm=" + realm), ""));
                }
            }
            case "/contoso/oauth2/v2.0/token" -> entra(exchange, form(body));
            case "/contoso/oauth2/v2.0/devicecode" -> {
                forms.add(form(body));
                send(exchange, new Answer(200, Map.of(), "{\"device_code\":\"device-code\",\"user_code\":\"ABCD-EFGH\",\"expires_in\":\"900\",\"interval\":"
                        + interval + ",\"verification_uri\":\"https://microsoft.com/devicelogin\",\"message\":\"To sign in\"}"));
            }
            default -> {
                String token = exchange.getRequestHeaders().getFirst("Authorization");
                Answer answer = secrets.getOrDefault(
                        path.replace("/secrets/", ""), Answer.error(404, "SecretNotFound", "none"));
                if (!"Bearer t0ken".equals(token)) {
                    answer = new Answer(401, Map.of("WWW-Authenticate", "Bearer authorization=\"https://login.windows.net/contoso\", "
                            + "resource=\"https://management.azure.com\""), "");
                } else if (query == null || !query.startsWith("api-version=")) {
                    answer = Answer.error(400, "BadParameter", "api-version must be specified");
                } else if (old && !query.equals("api-version=2016-10-01")) {
                    answer = Answer.error(400, "BadParameter", "The specified version (7.4) is not recognized. Consider using the latest"
                            + " supported version (7.1).");
                }
                send(exchange, answer);
            }
        }
    }

    private void entra(HttpExchange exchange, Map<String, String> form) throws IOException {
        forms.add(form);
        switch (form.getOrDefault("grant_type", "")) {
            case "client_credentials" -> token(exchange, SECRET.equals(form.get("client_secret")) || isOurs(form.get("client_assertion")), "");
            case "refresh_token" -> {
                if (!refresh.equals(form.get("refresh_token"))) {
                    send(exchange, Answer.refused(400, "invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity."));
                    return;
                }
                refresh = "refresh-" + (issued.get() + 1);
                token(exchange, true, refresh);
            }
            case "urn:ietf:params:oauth:grant-type:device_code" -> token(exchange, "device-code".equals(form.get("device_code")), refresh);
            default -> send(exchange, Answer.refused(400, "unsupported_grant_type", "AADSTS70003: " + form.get("grant_type")));
        }
    }

    /** Whether an assertion is a pod's, or signed by the application's certificate and good now. */
    private boolean isOurs(@Nullable String assertion) {
        X509Certificate known = certificate;
        if (assertion == null || known == null) {
            return assertion != null && assertion.startsWith("eyJ.");
        }
        try {
            String[] parts = assertion.split("\\.", -1);
            String head = new String(Base64.getUrlDecoder().decode(parts[0]), StandardCharsets.UTF_8);
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            String print = Base64.getUrlEncoder().withoutPadding().encodeToString(MessageDigest.getInstance("SHA-256").digest(known.getEncoded()));
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            signature.initVerify(known);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            long now = Instant.now().getEpochSecond();
            return head.equals("{\"alg\":\"PS256\",\"typ\":\"JWT\",\"x5t#S256\":\"" + print + "\"}")
                    && Web.said(claims, "aud").equals(address() + "/contoso/oauth2/v2.0/token")
                    && Web.said(claims, "iss").equals("me")
                    && Web.said(claims, "sub").equals("me")
                    && Long.parseLong(Web.said(claims, "nbf")) <= now + 300
                    && Long.parseLong(Web.said(claims, "exp")) > now
                    && signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String field : body.split("&", -1)) {
            String[] sides = field.split("=", 2);
            form.put(sides[0], URLDecoder.decode(sides[sides.length - 1], StandardCharsets.UTF_8));
        }
        return form;
    }

    private void token(HttpExchange exchange, boolean known, String refreshToken) throws IOException {
        Answer other = next.poll();
        if (other != null) {
            send(exchange, other);
            return;
        }
        if (!known || !knows) {
            send(exchange, new Answer(401, Map.of(), "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\\r\\nTrace\"}"));
            return;
        }
        int number = issued.incrementAndGet();
        send(exchange, new Answer(200, Map.of(), "{\"token_type\":\"Bearer\",\"expires_in\":\"" + lives + "\",\"access_token\":\""
                + (prefix.isEmpty() ? "t0ken" : prefix + number) + "\"" + (refreshToken.isEmpty() ? "" : ",\"refresh_token\":\"" + refreshToken + "\"") + "}"));
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.fields().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
