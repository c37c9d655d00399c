package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Real programs use a web site through edge, relay and site, where the http plugin reads each request; and one port of the edge,
 * where plugins tell web, SQL, Redis and SSH by what they say first.
 */
@ExtendWith(NothingLeftBehind.class)
class HttpIT {

    private static final long LARGE = 64L << 20;

    private static Path folder;
    private static WebSite web;
    private static Postgres postgres;
    private static RedisServer redis;
    private static Sshd sshd;
    private static EdgeAndSite both;
    private static RelayGateProcess edge;
    private static RelayGateProcess site;

    @BeforeAll
    static void start() {
        WebSite.require();
        Interop.require("wrk");
        Postgres.require();
        RedisServer.require();
        Sshd.require();
        folder = Folders.fresh("http");
        Path repositories = Folders.create(folder.resolve("repositories"));
        Programs.in(repositories).bash("git init -q --bare r.git && git -C r.git config http.receivepack true").orFail();
        web = WebSite.start(repositories);
        postgres = Postgres.start();
        redis = RedisServer.start("http-redis", "pass");
        sshd = Sshd.start();
        both = EdgeAndSite.start(folder, "web, sql, cache, ssh", """
                entryPoints: { web: { listen: "127.0.0.1:0" }, any: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: web, from: web, to: oslo/web, open: true }
                  - { name: any-web, from: any, protocol: http, to: oslo/web, open: true, with: { trustedProxies: [127.0.0.0/8] } }
                  - { name: any-sql, from: any, protocol: postgres, to: oslo/sql, open: true }
                  - { name: any-cache, from: any, protocol: redis, to: oslo/cache, open: true }
                  - { name: any-ssh, from: any, to: oslo/ssh, open: true }
                """, """
                destinations:
                  web: { addresses: ["%s"] }
                  sql: { addresses: ["127.0.0.1:%d"] }
                  cache: { addresses: ["127.0.0.1:%d"] }
                  ssh: { addresses: ["127.0.0.1:%d"] }
                routes:
                  - name: web
                    from: hub
                    service: web
                    protocol: http
                    open: true
                    with:
                      trustedProxies: [127.0.0.0/8]
                      hosts: { "shop.example": { to: web, host: inner.example }, "git.example": { to: web } }
                      request: [ { set: X-Site, value: oslo } ]
                      response: [ { remove: "X-Internal-*" }, { set: X-Served-By, value: relaygate } ]
                  - { name: sql, from: hub, service: sql, to: sql, open: true }
                  - { name: cache, from: hub, service: cache, to: cache, open: true }
                  - { name: ssh, from: hub, service: ssh, to: ssh, open: true }
                """.formatted(web.address(), postgres.port(), redis.port(), sshd.port()));
        edge = both.edge();
        site = both.site();
    }

    @AfterAll
    static void stop() {
        Closing.all(both, sshd, redis, postgres, web);
    }

    /** Runs curl, whose URL begins with {@code http://shop.example:$1}. */
    private static Programs.Ended curl(String entryPoint, String arguments) {
        return Programs.in(folder)
                .bash("curl -sS --max-time 50 --resolve shop.example:$1:127.0.0.1 --resolve git.example:$1:127.0.0.1 " + arguments,
                        Integer.toString(edge.port(entryPoint)));
    }

    @Test
    void siteSeesItsOwnNameAndWhoAsksAndTheClientSeesThePublicOne() {
        String seen = curl("web", "http://shop.example:$1/a/b?c=%2F -H 'X-Forwarded-For: 192.0.2.1' -H 'X-Site: lima'").orFail().out();
        assertThat(seen).contains("\"url\":\"/a/b?c=%2F\"", "\"host\":\"inner.example\"", "\"x-site\":\"oslo\"", "\"x-forwarded-for\":\"192.0.2.1, 127.0.0.1\"",
                "\"x-forwarded-host\":\"shop.example:" + edge.port("web") + "\"", "\"via\":\"1.1 relaygate-");
        String redirect = curl("web", "-i http://shop.example:$1/redirect").orFail().out();
        assertThat(redirect).contains("Location: http://shop.example:" + edge.port("web") + "/there?x=1\r\n",
                "Set-Cookie: a=b; Path=/\r\n", "Set-Cookie: c=d; HttpOnly\r\n", "X-Served-By: relaygate\r\n");
        assertThat(curl("web", "-i http://shop.example:$1/ -H 'Host: other.example'").orFail().out()).startsWith("HTTP/1.1 404 ").contains("Proxy-Status: ");
    }

    @Test
    void curlDownloadsResumesAndUploadsWithExpect() {
        String script = "-o part -r 0-9999999 http://shop.example:$1/size/" + LARGE + "; curl -sS --resolve shop.example:$1:127.0.0.1 "
                + "-C - -o part http://shop.example:$1/size/" + LARGE + "; sha256sum < part; "
                + "curl -sS -H 'Expect: 100-continue' -T part --resolve shop.example:$1:127.0.0.1 http://shop.example:$1/upload; "
                + "curl -sS -X POST -H 'Transfer-Encoding: chunked' --data-binary @part --resolve shop.example:$1:127.0.0.1 http://shop.example:$1/upload";
        String[] said = curl("web", script).orFail().out().split("\n", -1);
        String digest = said[0].substring(0, 64);
        assertThat(said[1]).isEqualTo(LARGE + " " + digest + " " + LARGE);
        assertThat(said[2]).isEqualTo(LARGE + " " + digest + " chunked");
    }

    @Test
    void clientThatIsAnsweredBeforeItHasSentItAllHearsTheAnswer() throws IOException {
        for (int i = 0; i < 10; i++) {
            try (TestClient client = TestClient.connect(edge.port("web"))) {
                client.send("POST / HTTP/1.1\r\nHost: nowhere.example\r\nContent-Length: 200000\r\n\r\n" + "x".repeat(200_000));
                assertThat(client.rest()).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void eventsArriveWhenTheyAreSent() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("web"))) {
            client.send("GET /events HTTP/1.1\r\nHost: shop.example\r\n\r\n");
            assertThat(client.until("data: first\n\n")).contains("Content-Type: text/event-stream").doesNotContain("second");
            assertThat(curl("web", "http://shop.example:$1/go").orFail().out()).isEqualTo("gone\n");
            client.until("data: second\n\n");
        }
    }

    @Test
    void webSocketsEchoMessagesOfAllSizes() {
        for (String entryPoint : new String[] {"web", "any"}) {
            assertThat(web.echo(edge.port(entryPoint), "shop.example", "0", "1", "125", "126", "65535", "65536", "3000000", "7").orFail().out())
                    .isEqualTo("echoed 3131330, closed 4000 enough\n");
        }
    }

    @Test
    void gitPushesAndClones() {
        String origin = "http://git.example:" + edge.port("web") + "/git/r.git";
        String git = "git -c http.curloptResolve=git.example:" + edge.port("web") + ":127.0.0.1 ";
        assertThat(Programs.in(folder).bash("""
                export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example HOME=$PWD
                git init -q -b main one && cd one && head -c 3000000 /dev/urandom > large && git add large && git commit -q -m one
                %1$spush -q %2$s main
                cd .. && %1$sclone -q -b main %2$s two && cmp one/large two/large && git -C two log --format=%%s""".formatted(git, origin))
                .orFail().out()).isEqualTo("one\n");
    }

    @Test
    void manyClientsOfWrkGetNothingButAnswersOverFewConnectionsToTheSite() {
        String said = Programs.in(folder).within(Duration.ofSeconds(60))
                .start("wrk", "-t", "2", "-c", "32", "-d", "3s", "-H", "Host: shop.example", "http://127.0.0.1:" + edge.port("web") + "/hello")
                .orFail().out();
        assertThat(said).doesNotContain("Non-2xx").doesNotContain("Socket errors");
        Matcher requests = Pattern.compile("(\\d+) requests in").matcher(said);
        assertThat(requests.find()).as(said).isTrue();
        int all = Integer.parseInt(requests.group(1));
        assertThat(site.metric("relaygate_pool_borrowed_total{destination=\"web\",how=\"reused\"}")).isGreaterThan(all / 2.0);
        assertThat(site.metric("relaygate_pool_borrowed_total{destination=\"web\",how=\"new\"}")).isLessThan(all / 2.0);
    }

    @Test
    void onePortCarriesWebAndSqlAndRedisAndSsh() {
        int port = edge.port("any");
        assertThat(curl("any", "http://shop.example:$1/a").orFail().out()).contains("\"host\":\"inner.example\"", "\"x-forwarded-for\":\"127.0.0.1, 127.0.0.1\"");
        assertThat(Postgres.psql(port, "select 6 * 7").orFail().out()).isEqualTo("42\n");
        assertThat(RedisServer.cli(port, "-a", "pass", "set", "a", "b").orFail().out()).isEqualTo("OK\n");
        assertThat(sshd.ssh(port, "echo out").orFail().out()).isEqualTo("out\n");
        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            for (String route : new String[] {"any-web", "any-sql", "any-cache", "any-ssh"}) {
                assertThat(edge.metrics()).containsPattern("relaygate_sessions_ended_total\\{[^}]*route=\"" + route + "\"[^}]*} [1-9]");
            }
        });
    }
}
