package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A plugin reads credentials of every kind, and the gateway judges them; ssh-keygen and an issuer's web server take part. */
@Timeout(180)
@ExtendWith(NothingLeftBehind.class)
class CredentialsIT {

    private static Path folder;
    private static TestServer echo;
    private static HttpServer issuer;
    private static TestTokens tokens;
    private static RelayGateProcess gateway;

    @BeforeAll
    static void start() throws IOException {
        Interop.require("ssh-keygen");
        folder = Folders.fresh("credentials");
        echo = TestServer.echo();
        tokens = new TestTokens();
        byte[] keys = tokens.keys().getBytes(StandardCharsets.UTF_8);
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/keys", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(keys);
            }
        });
        issuer.start();
        plugins();
        files();
        gateway = RelayGateProcess.start(folder, "run", yaml()).ready();
    }

    @AfterAll
    static void stop() {
        Closing.all(gateway, echo);
        if (issuer != null) {
            issuer.stop(0);
        }
    }

    private static void plugins() throws IOException {
        PluginFile.folderWith(folder.resolve("plugins"), "login", LoginPlugin.class);
    }

    /** The files, as an operator makes them. */
    private static void files() {
        Programs.in(folder).bash("""
                relaygate=$1
                passwd() { "$relaygate" passwd users.passwd "${@:2}" <<< "$1"; }
                passwd rights alice --groups ops,dba
                passwd bobs bob --groups dev
                passwd carols carol --groups ops
                ssh-keygen -q -N '' -t ed25519 -f key
                ssh-keygen -q -N '' -t ecdsa -f ca
                ssh-keygen -q -N '' -t ed25519 -f other
                echo "caller=\\"alice\\",groups=\\"ops\\" $(cat key.pub)" > authorized_keys
                cp key.pub good.pub; ssh-keygen -q -s ca -I good -n alice,root -O source-address=127.0.0.0/8 good.pub
                cp key.pub forged.pub; ssh-keygen -q -s other -I forged -n alice forged.pub
                """, Product.launcher().toString()).orFail();
        Folders.write(folder.resolve("codes.txt"), "alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
    }

    private static String issuerName() {
        return "http://127.0.0.1:" + issuer.getAddress().getPort();
    }

    private static String yaml() {
        return """
                plugins: plugins
                stateDir: relaygate-state
                identityProviders:
                  staff: { passwords: { file: users.passwd } }
                  codes: { oneTimeCodes: { file: codes.txt } }
                  keys: { publicKeys: { file: authorized_keys } }
                  signers: { certificateAuthorities: { file: ca.pub, principals: [alice], groups: [ops] } }
                  entra: { tokens: { issuer: "%1$s", audiences: ["api://relaygate"], jwks: "%1$s/keys", privateNetworks: true, groupsClaim: groups } }
                  brief: { tokens: { issuer: "%1$s", audiences: ["api://brief"], jwks: "%1$s/keys", privateNetworks: true, clockSkew: 0s } }
                  kept: { tokens: { issuer: "%1$s", audiences: ["api://kept"], jwks: "%1$s/keys", privateNetworks: true, clockSkew: 0s, whenExpired: keep } }
                relay: { listen: "127.0.0.1:0", hybridConnections: { far: {} } }
                sites: { far: { namespaces: [embedded], hybridConnection: far, services: [expiring] } }
                entryPoints:
                  far: { listen: "127.0.0.1:0" }
                  hub: { namespaces: [embedded], hybridConnection: far }
                  expiring: { listen: "127.0.0.1:0" }
                  one: { listen: "127.0.0.1:0" }
                  two: { listen: "127.0.0.1:0" }
                  asleep: { listen: "127.0.0.1:0" }
                routes:
                  - { name: one, from: one, protocol: login, with: { destinations: [shared, ops-only] }, identityProviders: [staff, keys, signers, entra], allow: { groups: [ops, dev] } }
                  - { name: two, from: two, protocol: login, with: { destinations: [shared, ops-only] }, identityProviders: [staff + codes], allow: { callers: [alice] } }
                  - { name: asleep, from: asleep, protocol: login, with: { destinations: [shared, ops-only] }, identityProviders: [staff], allow: { groups: [ops], networks: [192.0.2.0/24] } }
                  - { name: far, from: far, to: far/expiring, open: true }
                  - { name: expiring, from: [expiring, hub], protocol: login, with: { destinations: [shared] }, identityProviders: [brief, kept], open: true }
                destinations:
                  shared: { addresses: ["%2$s"] }
                  ops-only: { addresses: ["%2$s"], allow: { groups: [ops] } }
                """.formatted(issuerName(), echo.address());
    }

    private static void talk(String entryPoint, String... linesAndAnswers) throws IOException {
        try (TestClient client = TestClient.connect(gateway.port(entryPoint))) {
            talk(client, linesAndAnswers);
        }
    }

    private static void talk(TestClient client, String... linesAndAnswers) throws IOException {
        for (int i = 0; i < linesAndAnswers.length; i += 2) {
            client.send(linesAndAnswers[i] + "\n");
            assertThat(client.line()).as(linesAndAnswers[i]).isEqualTo(linesAndAnswers[i + 1]);
        }
    }

    private static void turnedAway(String entryPoint) {
        assertThatThrownBy(() -> {
            try (TestClient client = TestClient.connect(gateway.port(entryPoint))) {
                client.send("new\n");
                if (client.finish().isEmpty()) {
                    throw new IOException("nothing came back");
                }
            }
        }).isInstanceOf(IOException.class);
    }

    private static void logged(String... words) {
        Awaitility.await().untilAsserted(() -> assertThat(gateway.child().told().lines())
                .anySatisfy(line -> assertThat(line).contains(words)));
    }

    private static String base64(String file) {
        return Folders.text(folder.resolve(file)).split(" ", -1)[1];
    }

    private static String token(String audience) {
        return token(audience, 600);
    }

    private static String token(String audience, int seconds) {
        return tokens.token(List.of("iss=" + issuerName(), "aud=" + audience, "sub=alice", "exp=" + seconds));
    }

    @Test
    void aPasswordProvesWhoCallsAndAWrongOneAndAnUnknownNameAreAnsweredAlike() throws IOException {
        talk("one",
                "new", "next [PASSWORD, BEARER_TOKEN, PUBLIC_KEY, SSH_CERTIFICATE]",
                "password alice wrong", "the login failed",
                "password mallory rights", "the login failed",
                "dial shared", "refused NOT_ALLOWED",
                "password alice rights", "accepted alice by password in dba,ops",
                "as", "acts as alice",
                "dial ops-only", "dialled word");
        logged("relaygate.audit", "\"entryPoint\":\"one\"", "\"caller\":\"alice\"", "\"destination\":\"ops-only\"");
        logged("relaygate.audit", "login refused", "\"claimed\":\"alice\"", "\"cause\":\"WRONG\"", "a wrong password for staff");
        logged("relaygate.audit", "login refused", "\"route\":\"one\"", "\"identityProviders\":[\"staff\"]", "no such name in staff");
        assertThat(gateway.child().told()).doesNotContain("rights").doesNotContain("mallory");
        assertThat(gateway.metrics()).contains(
                "relaygate_logins_refused_total{cause=\"WRONG\",credential=\"PASSWORD\",entry_point=\"one\",route=\"one\"}");
    }

    @Test
    void aTokenOfTheIssuerProvesWhoCalls() throws IOException {
        talk("one",
                "token " + token("api://other"), "the login failed",
                "token " + token("api://relaygate"), "accepted alice by token in ops",
                "as", "acts as alice",
                "dial ops-only", "dialled word");
        logged("login refused", "a token for entra is for another audience");
    }

    @Test
    void aSessionEndsWhenItsTokenExpiresUnlessItIsToBeKept() throws Exception {
        // One of them comes through a tunnel: the site judges and ends it.
        try (TestClient brief = TestClient.connect(gateway.port("far"));
                TestClient kept = TestClient.connect(gateway.port("expiring"))) {
            talk(kept, "token " + token("api://kept", 3), "accepted alice by token in ", "as", "acts as alice");
            talk(brief, "token " + token("api://brief", 3), "accepted alice by token in ", "as", "acts as alice");
            for (TestClient each : List.of(kept, brief)) {
                each.send("forward shared\n");
                each.exchange(10);
            }
            logged("relaygate.audit", "\"entryPoint\":\"hub\"", "\"ending\":\"REFUSED\"", "\"reason\":\"NOT_ALLOWED\"", "the token of caller 'alice' has expired");
            kept.exchange(10);
        }
    }

    @Test
    void aKeyProvesWhoCallsWhenItIsProvenAndACertificateToo() throws IOException {
        talk("one",
                "key alice " + base64("other.pub") + " offered", "the login failed",
                "key alice " + base64("key.pub") + " offered", "next [PUBLIC_KEY]",
                "dial shared", "refused NOT_ALLOWED",
                "key alice " + base64("key.pub") + " proven", "accepted alice by public key in ops",
                "dial ops-only", "dialled word");
        talk("one",
                "certificate alice " + base64("forged-cert.pub") + " proven", "the login failed",
                "certificate root " + base64("good-cert.pub") + " proven", "the login failed",
                "certificate alice " + base64("good-cert.pub") + " offered", "next [SSH_CERTIFICATE]",
                "certificate alice " + base64("good-cert.pub") + " proven", "accepted alice by SSH certificate in ops",
                "as", "acts as alice",
                "dial ops-only", "dialled word");
        logged("login refused", "its authority is not in signers");
    }

    @Test
    void aSecondFactorIsAskedForAndACodeIsGoodOnce() throws IOException {
        String code = TestTokens.code();
        talk("two",
                "password alice rights", "next [ONE_TIME_CODE]",
                "dial shared", "refused NOT_ALLOWED",
                "code alice " + code, "accepted alice by password and one-time code in dba,ops",
                "as", "acts as alice",
                "dial shared", "dialled word");
        talk("two", "password alice rights", "next [ONE_TIME_CODE]", "code alice " + code, "the login failed");
        talk("two", "password bob bobs", "next [ONE_TIME_CODE]", "code bob " + code, "the login failed");
        logged("login refused", "a code for codes that was used before");
    }

    @Test
    void twoCallersOfOneConnectionHaveTheRightsOfEach() throws IOException {
        talk("one",
                "password alice rights", "accepted alice by password in dba,ops",
                "dial ops-only", "dialled word",
                "new", "next [PASSWORD, BEARER_TOKEN, PUBLIC_KEY, SSH_CERTIFICATE]",
                "password bob bobs", "accepted bob by password in dev",
                "dial ops-only", "refused NOT_ALLOWED",
                "dial shared", "dialled word");
    }

    @Test
    void whoIsNotAllowedToComeIsNotAskedAndWhoProvesNothingGoesNowhere() throws IOException {
        turnedAway("asleep");
        logged("relaygate.audit", "\"entryPoint\":\"asleep\"", "\"reason\":\"NOT_ALLOWED\"", "the source is in no network that the route allows");
        talk("two", "dial shared", "refused NOT_ALLOWED");
        logged("relaygate.audit", "\"entryPoint\":\"two\"", "no identity provider of the route has vouched in this session for anybody");
    }

    @Test
    void aRouteWhoseProtocolAsksNobodyIsAMistake() {
        Path mistake = folder.resolve("mistake.yaml");
        Folders.write(mistake, yaml().replace("protocol: login, with: { destinations: [shared, ops-only] }, identityProviders: [staff]", "to: shared, identityProviders: [staff]"));
        Programs.Ended checked = Product.run(folder, "check", "-c", mistake.toString());
        assertThat(checked.code()).isEqualTo(78);
        assertThat(checked.err()).contains("routes[asleep].identityProviders: protocol 'tcp' asks nobody for credentials");
    }

    @Test
    void aReloadEndsTheSessionsOfACallerWhoHasLostTheGroup() throws IOException {
        try (TestClient alice = TestClient.connect(gateway.port("one"));
                TestClient carol = TestClient.connect(gateway.port("one"))) {
            talk(carol, "password carol carols", "accepted carol by password in ops", "as", "acts as carol");
            talk(alice, "password alice rights", "accepted alice by password in dba,ops", "as", "acts as alice");
            for (TestClient each : List.of(alice, carol)) {
                each.send("forward shared\n");
                each.exchange(10);
            }
            Product.run(folder, "passwd", "users.passwd", "carol", "--groups", "none", "--keep").orFail();
            // The file is looked at once in a second at the most.
            Awaitility.await().untilAsserted(() -> {
                gateway.reload();
                assertThat(gateway.child().told().lines()).anySatisfy(line -> assertThat(line)
                        .contains("relaygate.audit", "\"caller\":\"carol\"", "\"ending\":\"REFUSED\"", "is in no group that the route allows"));
            });
            alice.exchange(10);
        } finally {
            Product.run(folder, "passwd", "users.passwd", "carol", "--groups", "ops", "--keep").orFail();
        }
    }
}
