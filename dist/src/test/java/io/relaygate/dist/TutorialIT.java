package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.dist.DocsPage.Block;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Does what docs/plugins/tutorial.md says, from its first line to its last. */
@ExtendWith(NothingLeftBehind.class)
class TutorialIT {

    private static final String PAGE = "docs/plugins/tutorial.md";
    private static final Pattern TYPE = Pattern.compile("(?m)^(?:public |final )*(?:class|record) (\\w+)");

    private final Path folder = Folders.fresh("tutorial");
    private final DocsPage page = DocsPage.read(DocsSandbox.REPOSITORY, DocsSandbox.REPOSITORY.resolve(PAGE));
    private Map<String, String> ports = Map.of();

    @Test
    void readerGetsARunningPlugin() throws IOException {
        RedisServer.require();
        BuiltRepository.lay(folder.resolve("repository"), System.getProperty("relaygate.version"));
        shell("archetype:generate");
        blocks("java").forEach(this::source);
        shell("verify");
        try (RedisServer replica = server("replica", "reports", ">r");
                RedisServer main = server("main", "shop", ">s")) {
            ports = Map.of("6390", "" + FreePort.find(), "6391", "" + replica.port(), "6392", "" + main.port());
            Block yaml = blocks("yaml").getFirst();
            Folders.write(folder.resolve(yaml.fileName().orElseThrow()), replaced(yaml.text()));
            assertThat(shell("plugins list").out()).containsPattern("loaded +mini-redis-1.0.0.jar +1.0.0 +mini-redis");
            List<String> run = Product.command("run", "-c", "gateway.yaml");
            assertThat(block("relaygate run").text()).isEqualTo("relaygate run -c gateway.yaml\n");
            try (Child gateway = Child.start("gateway", folder, Map.of(), run)) {
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> gateway.out().contains("is ready"));
                assertThat(shell("--pass r get who").out()).isEqualTo(blocks("text").getFirst().text());
            }
        }
    }

    private static RedisServer server(String value, String user, String password) {
        RedisServer server = RedisServer.start("tutorial-" + value, "admin");
        RedisServer.cli(server.port(), "-a", "admin", "set", "who", value).orFail();
        RedisServer.cli(server.port(), "-a", "admin", "acl", "setuser", user, "on", password, "~*", "+@all").orFail();
        return server;
    }

    private List<Block> blocks(String kind) {
        return page.blocks().stream().filter(block -> block.kind().equals(kind)).toList();
    }

    private Block block(String words) {
        Optional<Block> found = blocks("sh").stream().filter(block -> block.text().contains(words)).findFirst();
        return found.orElseThrow(() -> new AssertionError("no block of " + PAGE + " says " + words));
    }

    /** The page says in words where it goes. */
    private void source(Block block) {
        Matcher type = TYPE.matcher(block.text());
        assertThat(type.find()).as(block.place()).isTrue();
        String tree = block.text().contains("@Test") ? "src/test/java" : "src/main/java";
        Path file = Path.of(tree, "com/example/miniredis", type.group(1) + ".java");
        assertThat(Folders.text(DocsSandbox.REPOSITORY.resolve(PAGE))).contains("`" + file + "`");
        Folders.write(folder.resolve("mini-redis").resolve(file), block.text());
    }

    private String replaced(String text) {
        return Pattern.compile("639[012]").matcher(text).replaceAll(port -> ports.getOrDefault(port.group(), port.group()));
    }

    /** Runs a block; with Maven, in a repository of its own, and without a network if that does. */
    private Programs.Ended shell(String words) {
        String script = "set -e\n" + replaced(block(words).text());
        Programs.Ended offline = run(script.replace("mvn -B", maven() + " -o"));
        return offline.code() == 0 || !script.contains("mvn -B") ? offline.orFail() : run(script.replace("mvn -B", maven())).orFail();
    }

    private String maven() {
        return "'" + System.getProperty("relaygate.maven") + "' -B -ntp '-Dmaven.repo.local=" + folder.resolve("repository") + "'";
    }

    private Programs.Ended run(String script) {
        return Programs.in(folder)
                .within(Duration.ofMinutes(3))
                .with("MAVEN_OPTS", BuiltRepository.QUICK)
                .with("PATH", Product.launcher().getParent() + ":" + System.getenv("PATH"))
                .bash(script);
    }
}
