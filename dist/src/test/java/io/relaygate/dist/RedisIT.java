package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Redis' own programs through edge, relay and site, whose plugin came while the site ran. */
@ExtendWith(NothingLeftBehind.class)
class RedisIT {

    private static final String PASSWORD = "inner";

    private static Path folder;
    private static RedisServer main;
    private static RedisServer replica;
    private static RelayGateProcess edge;
    private static RelayGateProcess site;

    @BeforeAll
    static void start() throws IOException {
        RedisServer.require();
        folder = Folders.fresh("redis");
        main = RedisServer.start("redis-main", PASSWORD);
        replica = RedisServer.start("redis-replica", PASSWORD);
        RedisServer.cli(replica.port(), "-a", PASSWORD, "set", "who", "replica").orFail();
        RedisServer.cli(replica.port(), "-a", PASSWORD, "acl", "setuser", "reports", "on", ">r", "~*", "+@all").orFail();
        RedisServer.cli(main.port(), "-a", PASSWORD, "set", "who", "main").orFail();
        Path plugins = Folders.create(folder.resolve("plugins"));
        Path edgeFolder = Folders.create(folder.resolve("edge"));
        Path siteFolder = Folders.create(folder.resolve("site"));
        Folders.write(edgeFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("site.key"), ThreeProcesses.SITE_KEY);
        Folders.write(siteFolder.resolve("redis.password"), PASSWORD);
        Programs.in(siteFolder).bash("\"$1\" passwd users.passwd ann <<< secret", Product.launcher().toString()).orFail();
        copy("tcp", plugins);
        edge = RelayGateProcess.asShipped(edgeFolder, "run", """
                relay: { listen: "127.0.0.1:0", hybridConnections: { hub: { keys: { site: { rights: [listen], primary: "${file:site.key}" } } } } }
                sites: { oslo: { namespaces: [embedded], hybridConnection: hub, services: [rules, judged, users] } }
                entryPoints: { rules: { listen: "127.0.0.1:0" }, judged: { listen: "127.0.0.1:0" }, users: { listen: "127.0.0.1:0" } }
                routes:
                  - { name: rules, from: rules, to: oslo/rules, open: true }
                  - { name: judged, from: judged, to: oslo/judged, open: true }
                  - { name: users, from: users, to: oslo/users, open: true }
                """)
                .bound();
        site = RelayGateProcess.asShipped(siteFolder, "run", siteYaml(plugins, """
                  - { name: rules, from: hub, service: rules, to: main, open: true }
                """)).ready();
        edge.ready();
        assertThat(RedisServer.cli(edge.port("rules"), "-a", PASSWORD, "get", "who").orFail().out()).isEqualTo("main\n");
        copy("redis", plugins);
        site.reload(siteYaml(plugins, """
                  - { name: rules, from: hub, service: rules, protocol: redis, to: main, open: true,
                      with: { deny: [keys, "config|set", flushall] } }
                  - { name: judged, from: hub, service: judged, protocol: redis, to: main, open: true, identityProviders: [staff],
                      with: { logins: gateway, serverPassword: "${file:redis.password}", allow: [get, ping] } }
                  - { name: users, from: hub, service: users, protocol: redis, open: true,
                      with: { users: { reports: replica, "*": main } } }
                identityProviders: { staff: { passwords: { file: users.passwd } } }
                """));
    }

    private static void copy(String protocol, Path plugins) throws IOException {
        try (Stream<Path> shipped = Files.list(Product.home().resolve("plugins"))) {
            Path jar = shipped.filter(path -> path.getFileName().toString().contains("-" + protocol + "-")).findFirst().orElseThrow();
            Path fresh = Files.copy(jar, plugins.resolve(protocol + ".new"));
            Files.move(fresh, plugins.resolve(protocol + ".jar"), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private static String siteYaml(Path plugins, String routes) {
        return """
                plugins: "%s"
                site: oslo
                namespaces: { own: { endpoint: "sb://localhost:%d/", caFile: "%s", credential: { sasKeyName: site, sasKey: "${file:site.key}" } } }
                entryPoints: { hub: { namespaces: [own], hybridConnection: hub } }
                destinations:
                  main: { addresses: ["127.0.0.1:%d"] }
                %sroutes:
                %s""".formatted(
                plugins, edge.port("relay"), edge.state().resolve("relay-ca.pem"), main.port(),
                routes.contains("replica") ? "  replica: { addresses: [\"127.0.0.1:" + replica.port() + "\"] }\n" : "", routes);
    }

    @AfterAll
    static void stop() {
        Closing.all(site, edge, replica, main);
    }

    private static String through(String service, String... arguments) {
        return RedisServer.cli(edge.port(service), arguments).out();
    }

    private static String rules(String commands) {
        return Programs.in(folder)
                .bash("redis-cli --no-auth-warning -a " + PASSWORD + " -h 127.0.0.1 -p \"$1\"" + commands, Integer.toString(edge.port("rules")))
                .orFail()
                .out();
    }

    @Test
    void commandsAreRunAndRefusedOnOneConnection() {
        assertThat(rules(" <<< $'set a 1\\nkeys *\\nget a\\nconfig set save x\\nconfig get port\\neval \"return 1\" 0\\nping'"))
                .isEqualTo("OK\nNOPERM User default has no permissions to run the 'keys' command\n\n1\n"
                        + "NOPERM User default has no permissions to run the 'config|set' command\n\nport\n" + main.port()
                        + "\nNOPERM User default has no permissions to run the 'eval' command\n\nPONG\n");
    }

    @Test
    void transactionWithARefusedCommandIsNotRun() {
        assertThat(rules(" <<< $'multi\\nset t 1\\nflushall\\nexec\\nget t'"))
                .isEqualTo("OK\nQUEUED\nNOPERM User default has no permissions to run the 'flushall' command\n\n"
                        + "EXECABORT Transaction discarded because of previous errors.\n\n\n");
    }

    @Test
    void largeValuesGoBothWays() {
        assertThat(rules(" -x set large < <(head -c 30000000 /dev/zero | tr '\\0' x)")).isEqualTo("OK\n");
        assertThat(rules(" get large | head -c 30000000 | sha256sum; head -c 30000000 /dev/zero | tr '\\0' x | sha256sum").lines().distinct())
                .hasSize(1);
    }

    @Test
    void refusalsKeepTheirPlaceAmongPushesAndBlockedCommands() throws IOException {
        try (TestClient client = TestClient.connect(edge.port("rules"))) {
            client.send("HELLO 3 AUTH default " + PASSWORD + "\r\nSUBSCRIBE news\r\nPUBLISH news first\r\nKEYS *\r\nBLPOP queue 0.2\r\nFLUSHALL\r\n"
                    + "PUBLISH news second\r\nQUIT\r\n");
            String all = client.rest();
            String after = all.substring(all.indexOf(">3\r\n$9\r\nsubscribe\r\n"));
            assertThat(after).isEqualTo(">3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n" + message("first") + ":1\r\n"
                    + "-NOPERM User default has no permissions to run the 'keys' command\r\n_\r\n"
                    + "-NOPERM User default has no permissions to run the 'flushall' command\r\n" + message("second") + ":1\r\n+OK\r\n");
        }
    }

    private static String message(String text) {
        return ">3\r\n$7\r\nmessage\r\n$4\r\nnews\r\n$" + text.length() + "\r\n" + text + "\r\n";
    }

    @Test
    void gatewayJudgesWhoLogsInAndServersPasswordStaysAtTheSite() {
        assertThat(through("judged", "--user", "ann", "--pass", "secret", "get", "who")).isEqualTo("main\n");
        assertThat(through("judged", "--user", "ann", "--pass", "secret", "-3", "get", "who")).isEqualTo("main\n");
        assertThat(through("judged", "--user", "ann", "--pass", "secret", "set", "a", "b"))
                .contains("NOPERM User ann has no permissions to run the 'set' command");
        assertThat(RedisServer.cli(edge.port("judged"), "--user", "ann", "--pass", PASSWORD, "get", "who").toString())
                .contains("WRONGPASS").contains("NOAUTH");
        assertThat(through("judged", "get", "who")).contains("NOAUTH Authentication required.");
    }

    @Test
    void userPicksTheServer() {
        assertThat(through("users", "--user", "reports", "--pass", "r", "get", "who")).isEqualTo("replica\n");
        assertThat(through("users", "-a", PASSWORD, "get", "who")).isEqualTo("main\n");
    }

    @Test
    void benchmarkRunsPipelined() {
        Programs.Ended ended = Programs.in(folder).start(
                "redis-benchmark", "-h", "127.0.0.1", "-p", Integer.toString(edge.port("rules")), "-a", PASSWORD, "-q", "-c", "20", "-n",
                "20000", "-P", "16", "-t", "ping_inline,ping_mbulk,set,get,lpush,lrange_100,mset");
        assertThat(ended.orFail().out()).contains("PING_INLINE: ", "SET: ", "LRANGE_100").contains("requests per second").doesNotContain("rror");
    }
}
