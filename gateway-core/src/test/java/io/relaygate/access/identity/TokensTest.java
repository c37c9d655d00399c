package io.relaygate.access.identity;

import static io.relaygate.access.identity.TestClient.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.relaygate.access.WhenExpired;
import io.relaygate.access.identity.IdentityProviderSettings.TokenAlgorithm;
import io.relaygate.access.identity.IdentityProviderSettings.WebAddress;
import io.relaygate.net.WayOut;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of an issuer whose keys a web server tells. */
@Timeout(60)
class TokensTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    private static RSAKey rsa;
    private static RSAKey other;
    private static ECKey ec;

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;
    private volatile int status = 200;
    private volatile String body = "";
    private String issuer = "";
    private Tokens tokens;

    @BeforeAll
    static void keys() throws JOSEException {
        rsa = new RSAKeyGenerator(2048).keyID("one").keyUse(KeyUse.SIGNATURE).generate();
        other = new RSAKeyGenerator(2048).keyID("two").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            boolean discovery = exchange.getRequestURI().getPath().equals("/.well-known/openid-configuration");
            byte[] answer = (discovery ? "{\"issuer\":\"" + issuer + "\",\"jwks_uri\":\"" + issuer + "/keys\"}" : body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", issuer + "/elsewhere");
            exchange.sendResponseHeaders(status, asked.get() % 2 == 0 ? answer.length : 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(answer);
            }
        });
        server.start();
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        body = new JWKSet(List.of(rsa, ec)).toString();
        tokens = provider(true, Map.of());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private WhenExpired whenExpired = WhenExpired.END;

    private IdentityProviderSettings.Tokens settings(Map<String, String> required) {
        return new IdentityProviderSettings.Tokens(
                issuer, List.of("api://relaygate", "second"), null, null, null, true,
                List.of(TokenAlgorithm.parse("RS256"), TokenAlgorithm.parse("ES256")), "sub", "groups", required, Duration.ofSeconds(60), whenExpired);
    }

    private Tokens provider(boolean discovery, Map<String, String> required) {
        URI address = discovery ? null : URI.create(issuer + "/keys");
        SigningKeys keys = new SigningKeys.OfWeb(issuer, address, new WebDocument(WayOut.straight(), null, true), nanos::get);
        return new Tokens("entra", settings(required), keys, () -> NOW);
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience("api://relaygate")
                .subject("alice")
                .claim("groups", List.of("ops", "dba"))
                .claim("tid", "tenant")
                .notBeforeTime(Date.from(NOW.minusSeconds(10)))
                .expirationTime(Date.from(NOW.plusSeconds(600)));
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, RSAKey key) {
        try {
            return signed(header, claims, new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one");
    }

    private String signed(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(header().build(), change.apply(claims()).build(), rsa);
    }

    private static String unsigned(String header, String payload) {
        return Base64URL.encode(header) + "." + Base64URL.encode(payload) + ".";
    }

    private static String said(Tokens provider, String token) {
        return switch (provider.judge(token(token), TestClient.asker("192.0.2.7"))) {
            case Finding.Proven proven -> proven.name() + " " + proven.groups().stream().sorted().toList();
            case Finding.Offered offered -> "offered " + offered;
            case Finding.Wrong wrong -> wrong.reason().replace("a token for entra ", "");
        };
    }

    private void says(String expected, String token) {
        assertThat(said(tokens, token)).isEqualTo(expected);
    }

    @Test
    void aTokenOfTheIssuerNamesTheCaller() throws Exception {
        says("alice [dba, ops]", signed(c -> c));
        says("alice [dba, ops]", signed(c -> c.audience(List.of("x", "second"))));
        says("alice [dba, ops]", signed(header().keyID(null).type(new JOSEObjectType("at+jwt")).build(), claims().build(), rsa));
        says("alice [dba, ops]", signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), claims().build(), new ECDSASigner(ec)));
        says("alice [one]", signed(c -> c.claim("groups", "one")));
        says("alice []", signed(c -> c.claim("groups", null)));
        says("alice [x]", signed(c -> c.claim("groups", List.of(1, "x", " y ", Map.of()))));
        says("alice [dba, ops]", signed(c -> c.expirationTime(Date.from(NOW.minusSeconds(59)))));
        says("alice [dba, ops]", signed(c -> c.notBeforeTime(Date.from(NOW.plusSeconds(59)))));
        assertThat(asked.get()).as("discovery and keys, once").isEqualTo(2);
    }

    @Test
    void claimsThatAreNotAsTheyMustBeAreRefused() {
        says("is of another issuer", signed(c -> c.issuer(issuer + "/")));
        says("is of another issuer", signed(c -> c.issuer(null)));
        says("is for another audience", signed(c -> c.audience("api://other")));
        says("is for another audience", signed(c -> c.audience((String) null)));
        says("has expired", signed(c -> c.expirationTime(Date.from(NOW.minusSeconds(60)))));
        says("never expires", signed(c -> c.expirationTime(null)));
        says("is malformed", signed(c -> c.expirationTime(null).claim("exp", "never")));
        says("is not valid yet", signed(c -> c.notBeforeTime(Date.from(NOW.plusSeconds(61)))));
        says("has no name of a caller in sub", signed(c -> c.subject(null)));
        says("has no name of a caller in sub", signed(c -> c.subject("al\nice")));
        says("has no name of a caller in sub", signed(c -> c.subject("a".repeat(257))));
        Tokens strict = provider(false, Map.of("tid", "tenant", "groups", "ops"));
        assertThat(said(strict, signed(c -> c))).isEqualTo("alice [dba, ops]");
        assertThat(said(strict, signed(c -> c.claim("tid", "other")))).isEqualTo("has another tid than is required");
        assertThat(said(strict, signed(c -> c.claim("tid", null)))).isEqualTo("has another tid than is required");
    }

    @Test
    void aSignatureThatIsNotTheIssuersIsRefused() throws Exception {
        String header = "{\"alg\":\"none\"}";
        String payload = claims().build().toString();
        says("is malformed", unsigned(header, payload));
        says("is malformed", unsigned("{\"alg\":\"NONE\"}", payload));
        says("is malformed", unsigned("{\"alg\":\"none\",\"kid\":\"one\"}", payload));
        says("is signed by no key of the issuer", signed(header().build(), claims().build(), other));
        says("is signed by no key of the issuer", signed(header().keyID(null).build(), claims().build(), other));
        says("is signed by no key of the issuer", signed(header().keyID("ec").build(), claims().build(), rsa));
        says("is signed by an algorithm that is not taken",
                signed(new JWSHeader.Builder(JWSAlgorithm.PS256).keyID("one").build(), claims().build(), rsa));
        // The public key as the secret of an HMAC: CVE-2015-9235.
        for (byte[] secret : List.of(rsa.toRSAPublicKey().getEncoded(), rsa.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8))) {
            says("is signed by an algorithm that is not taken",
                    signed(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), claims().build(), new MACSigner(secret)));
        }
        String good = signed(c -> c);
        int last = good.lastIndexOf('.');
        says("is signed by no key of the issuer", good.substring(0, last + 10) + (good.charAt(last + 10) == 'A' ? 'B' : 'A') + good.substring(last + 11));
        String bobs = signed(c -> c.subject("bob"));
        says("is signed by no key of the issuer", bobs.substring(0, bobs.lastIndexOf('.')) + good.substring(last));
        says("is signed by no key of the issuer", good.substring(0, last + 1) + "AA");
    }

    @Test
    void keysThatTheTokenBringsOrPointsToAreNotTaken() throws Exception {
        JWSHeader brought = header().keyID("two").jwk(other.toPublicJWK()).jwkURL(URI.create(issuer + "/mine")).x509CertURL(URI.create(issuer + "/mine")).build();
        says("is signed by no key of the issuer", signed(brought, claims().build(), other));
        for (String keyId : List.of("../../../../dev/null", "' OR '1'='1", issuer + "/mine", "|id", "")) {
            says("is signed by no key of the issuer", signed(header().keyID(keyId).build(), claims().build(), other));
        }
        assertThat(asked.get()).as("discovery and keys, and one look for unknown ones").isEqualTo(2);
    }

    @Test
    void whatIsNoSignedTokenIsRefused() throws Exception {
        says("is no signed token, or has more than 16384 characters", "");
        says("is no signed token, or has more than 16384 characters", "a.b.c.d.e");
        says("is no signed token, or has more than 16384 characters", signed(c -> c.claim("x", "y".repeat(20_000))));
        says("is malformed", "..");
        says("is malformed", "a.b.c");
        says("is malformed", Base64URL.encode("{\"alg\":\"RS256\",\"alg\":\"none\"}") + ".e30.AA");
        says("is malformed", Base64URL.encode("[".repeat(9000)) + ".e30.AA");
        says("asks for extensions that are not known here", Base64URL.encode("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}") + ".e30.AA");
        says("asks for extensions that are not known here", Base64URL.encode("{\"alg\":\"RS256\",\"b64\":false,\"crit\":[\"b64\"]}") + ".e30.AA");
        says("is of a type that is not taken", signed(header().type(new JOSEObjectType("logout+jwt")).build(), claims().build(), rsa));
        String good = signed(c -> c);
        for (int length = 0; length < good.length(); length++) {
            assertThat(said(tokens, good.substring(0, length))).doesNotStartWith("alice");
        }
        Random random = new Random(1);
        for (int i = 0; i < 2000; i++) {
            StringBuilder changed = new StringBuilder(good);
            changed.setCharAt(random.nextInt(changed.length() - 2), (char) (33 + random.nextInt(90)));
            if (!changed.toString().equals(good)) {
                assertThat(said(tokens, changed.toString())).doesNotStartWith("alice");
            }
        }
    }

    @Test
    void claimsThatStandThereTwiceAreRefused() throws Exception {
        String payload = claims().build().toString().replaceFirst("\\{", "{\"sub\":\"root\",");
        JWSObject twice = new JWSObject(header().build(), new Payload(payload));
        twice.sign(new RSASSASigner(rsa));
        says("is malformed", twice.serialize());
    }

    @Test
    void aNewKeyIsLookedForOnceInAWhileAndTheLastOnesStayGoodWhileTheServerIsAway() throws Exception {
        tokens = provider(false, Map.of());
        says("alice [dba, ops]", signed(c -> c));
        String unknown = signed(header().keyID("two").build(), claims().build(), other);
        for (int i = 0; i < 5; i++) {
            says("is signed by no key of the issuer", unknown);
        }
        assertThat(asked.get()).as("not within ten seconds").isEqualTo(1);
        body = new JWKSet(List.of(other)).toString();
        nanos.addAndGet(SigningKeys.OfWeb.PAUSE.toNanos() + 1);
        says("alice [dba, ops]", unknown);
        assertThat(asked.get()).isEqualTo(2);
        says("is signed by no key of the issuer", signed(c -> c));
        status = 503;
        nanos.addAndGet(SigningKeys.OfWeb.AGE.toNanos() + 1);
        says("alice [dba, ops]", unknown);
        body = "no keys";
        status = 200;
        nanos.addAndGet(SigningKeys.OfWeb.AGE.toNanos() + 1);
        says("alice [dba, ops]", unknown);
        assertThat(asked.get()).isEqualTo(4);
        nanos.addAndGet(SigningKeys.OfWeb.LONGEST_AGE.toNanos());
        assertThat(said(tokens, unknown)).startsWith("cannot be judged: the issuer's keys cannot be read: ");
    }

    @Test
    void whatTheServerSaysIsBounded() {
        Map<Integer, String> troubles = Map.of(302, "answered 302, and redirects are not followed", 404, "answered 404");
        troubles.forEach((code, trouble) -> {
            status = code;
            assertThat(said(provider(false, Map.of()), signed(c -> c))).contains(trouble);
        });
        status = 200;
        for (int i = 0; i < 2; i++) {
            body = "{\"keys\":[" + " ".repeat(300_000) + "]}";
            assertThat(said(provider(false, Map.of()), signed(c -> c))).contains("answered with more than 262144 bytes");
        }
    }

    @Test
    void keysAreNotFetchedFromPrivateAddressesOrOverHttpUnlessThatIsPermitted() {
        WebDocument web = new WebDocument(WayOut.straight(), null, false);
        assertThat(trouble(web, issuer)).contains("not https, which needs `privateNetworks: true`");
        for (String host : List.of("127.0.0.1", "localhost", "[::1]", "10.0.0.1", "169.254.169.254", "[fe80::1]", "[fd00::1]",
                "[::ffff:127.0.0.1]", "100.64.0.1", "0.0.0.0", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "192.168.1.1", "172.31.0.1")) {
            assertThat(trouble(web, "https://" + host + ":" + server.getAddress().getPort() + "/keys"))
                    .as(host).contains("is no public address, which needs `privateNetworks: true`");
        }
        assertThat(asked.get()).isZero();
        assertThat(PublicAddress.is(InetAddress.ofLiteral("20.190.151.1"))).isTrue();
        assertThat(PublicAddress.is(InetAddress.ofLiteral("2603:1006:2000::1"))).isTrue();
        assertThat(PublicAddress.is(InetAddress.ofLiteral("172.32.0.1"))).isTrue();
    }

    private static @Nullable String trouble(WebDocument web, String address) {
        try {
            web.read(WebAddress.parse(address).uri());
            return null;
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    @Test
    void keysMayBeInAFile(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys.json");
        Files.writeString(file, body);
        tokens = new Tokens("entra", settings(Map.of()), SigningKeys.OfFile.of(file), () -> NOW);
        says("alice [dba, ops]", signed(c -> c));
        assertThat(asked.get()).isZero();
        assertThat(tokens.groupsNow(new Finding.Proven("entra", "alice", "token", Set.of("x"), "of another provider"))).isEmpty();
    }

    @Test
    void aTokenIsGoodUntilItExpiresAndThenOnlyWhereThatIsWanted() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        Judge ends = judge(now);
        whenExpired = WhenExpired.KEEP;
        Judge keeps = judge(now);
        Login login = login(ends);
        Login refreshed = login(ends, 700);
        assertThat(ends.again(login)).isEqualTo(new Vouched(login.caller(), NOW.plusSeconds(660)));
        assertThat(Login.longer(login, refreshed)).isEqualTo(refreshed).isEqualTo(Login.longer(refreshed, login));
        now.set(NOW.plusSeconds(660));
        assertThatThrownBy(() -> ends.again(login)).isInstanceOf(RefusedException.class).hasMessage("the token of caller 'alice' has expired");
        assertThat(ends.again(refreshed).until()).isEqualTo(NOW.plusSeconds(760));
        assertThat(keeps.again(login).until()).isEqualTo(Instant.MAX);
    }

    private Judge judge(AtomicReference<Instant> now) {
        return new Judge("routes[r].identityProviders", List.of(IdentityRule.parse("entra")), Map.of("entra", provider(false, Map.of())), new Brake(nanos::get), now::get);
    }

    private Login login(Judge judge) throws Exception {
        return login(judge, 600);
    }

    private Login login(Judge judge, int seconds) throws Exception {
        String token = signed(claims -> claims.expirationTime(Date.from(NOW.plusSeconds(seconds))));
        return Objects.requireNonNull(judge.judge(TestClient.arrival("s", null), Instant.now(), TestClient.token(token)).login());
    }
}
