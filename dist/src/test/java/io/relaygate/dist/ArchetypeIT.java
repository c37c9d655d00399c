package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the archetype generates builds, passes its own tests, and runs in the product. */
@ExtendWith(NothingLeftBehind.class)
class ArchetypeIT {

    private static final String MAVEN = System.getProperty("relaygate.maven");
    private static final String VERSION = System.getProperty("relaygate.version");

    private final Path folder = Folders.fresh("archetype");

    @Test
    void pluginIsGeneratedBuiltTestedAndUsed() throws IOException {
        BuiltRepository.lay(folder.resolve("repository"), VERSION);
        maven(folder, "org.apache.maven.plugins:maven-archetype-plugin:3.4.1:generate", "-DarchetypeCatalog=local",
                "-DarchetypeGroupId=io.relaygate", "-DarchetypeArtifactId=relaygate-plugin-archetype", "-DarchetypeVersion=" + VERSION,
                "-DgroupId=com.example", "-DartifactId=greeting", "-Dversion=1.0.0", "-Dpackage=com.example.greeting",
                "-Dprotocol=greet", "-DclassName=Greeting", "-DinteractiveMode=false");
        Path plugin = folder.resolve("greeting");
        assertThat(plugin.resolve("README.md")).content().contains("protocol: greet").doesNotContain("${");
        String built = maven(plugin, "verify").out();
        assertThat(built).containsPattern("Tests run: 4,.*GreetingTest").containsPattern("Tests run: 2,.*GreetingIT");
        runs(plugin.resolve("target/greeting-1.0.0.jar"));
    }

    private void runs(Path jar) throws IOException {
        Path plugins = Folders.create(folder.resolve("plugins"));
        Files.copy(jar, plugins.resolve("greeting.jar"));
        try (TestServer echo = TestServer.echo();
                RelayGateProcess process = RelayGateProcess.start(Folders.create(folder.resolve("gateway")), "run", """
                        plugins: "%s"
                        entryPoints: { in: { listen: "127.0.0.1:0" } }
                        routes: [{ name: greet, from: in, protocol: greet, to: far, open: true, with: { longest: 5 } }]
                        destinations: { far: { addresses: ["%s"] } }
                        """.formatted(plugins, echo.address())).ready();
                TestClient client = TestClient.connect(process.port("in"))) {
            client.send("hello ann\n");
            assertThat(client.line()).isEqualTo("hello ann");
        }
    }

    /** Without a network; and with one, where Maven lacks something of its own. */
    private Programs.Ended maven(Path where, String... arguments) {
        Programs.Ended offline = run(where, "-o", arguments);
        return offline.code() == 0 ? offline : run(where, "-ntp", arguments).orFail();
    }

    private Programs.Ended run(Path where, String option, String... arguments) {
        List<String> command = new ArrayList<>(List.of(MAVEN, "-B", option, "-Dmaven.repo.local=" + folder.resolve("repository")));
        command.addAll(List.of(arguments));
        return Programs.in(where).within(Duration.ofMinutes(3)).with("MAVEN_OPTS", BuiltRepository.QUICK).start(command);
    }
}
