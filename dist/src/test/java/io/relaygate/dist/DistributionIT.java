package io.relaygate.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is in the archives, and how the launcher finds its way. */
@ExtendWith(NothingLeftBehind.class)
class DistributionIT {

    private static Path folder;

    @BeforeAll
    static void makeFolder() {
        folder = Folders.fresh("distribution");
    }

    @Test
    void archiveHasWhatUsersNeed() {
        for (String file : List.of("LICENSE", "NOTICE", "THIRD-PARTY", "bin/relaygate", "conf/edge.yaml", "conf/site.yaml",
                "conf/relay.yaml", "conf/all-in-one.yaml", "conf/relaygate.schema.json", "lib/relaygate.aot",
                "share/completion/relaygate.bash", "share/systemd/relaygate.service", "runtime/bin/java",
                "runtime/legal/java.base")) {
            assertThat(Product.home().resolve(file)).exists();
        }
        assertThat(Product.launcher()).isExecutable();
    }

    @Test
    void everyForeignJarIsInTheListOfThirdParties() throws IOException {
        String parties = Folders.text(Product.home().resolve("THIRD-PARTY"));
        try (Stream<Path> jars = Files.list(Product.home().resolve("lib"))) {
            assertThat(jars.map(j -> j.getFileName().toString())
                            .filter(j -> j.endsWith(".jar") && !j.startsWith("relaygate-"))
                            .map(j -> j.replaceFirst("-(\\d.*)\\.jar$", ":$1 ")))
                    .isNotEmpty()
                    .allSatisfy(artifact -> assertThat(parties).contains(":" + artifact));
        }
    }

    @Test
    void whatPluginsCarryInTheirJarsIsInTheListOfThirdParties() {
        assertThat(Folders.text(Product.home().resolve("THIRD-PARTY"))).contains("org.eclipse.jetty:jetty-http:", "org.eclipse.jetty:jetty-util:", "com.google.re2j:re2j:", "com.github.mwiede:jsch:",
                "org.apache.sshd:sshd-core:", "org.apache.sshd:sshd-common:", "org.bouncycastle:bcprov-jdk18on:");
        assertThat(Folders.text(Product.home().resolve("sbom.cdx.json"))).contains("org.eclipse.jetty/jetty-http@");
    }

    @Test
    void aotCacheIsUsed() {
        Path loaded = folder.resolve("loaded.txt");
        Programs.in(folder)
                .with("RELAYGATE_JAVA_OPTS", "-Xlog:class+load:file=" + loaded)
                .start(Product.command("version"))
                .orFail();
        assertThat(Folders.text(loaded)).containsPattern("io\\.relaygate\\.cli\\.Main source: shared objects file");
    }

    @Test
    void launcherWorksThroughLinksFromAnywhere() throws IOException {
        Path link = folder.resolve("a link");
        Path second = folder.resolve("second");
        Files.createSymbolicLink(link, Product.launcher());
        Files.createSymbolicLink(second, Path.of("a link"));
        assertThat(Programs.in(folder).start("./second", "version").orFail().out()).startsWith("relaygate ");
    }

    @Test
    void movedFolderWorks() throws IOException {
        Path home = Product.unpack("to be moved");
        Path moved = Files.move(home, folder.resolve("moved"));
        assertThat(Programs.in(folder).start(moved.resolve("bin/relaygate").toString(), "version").orFail().out())
                .startsWith("relaygate ");
    }

    @Test
    void portableArchiveRunsOnJdkOfTheMachine() {
        Path home = portable();
        assertThat(home.resolve("bin/relaygate.cmd")).content().contains("\r\n");
        assertThat(home.resolve("runtime")).doesNotExist();
        assertThat(Programs.in(folder)
                        .with("JAVA_HOME", System.getProperty("java.home"))
                        .start(home.resolve("bin/relaygate").toString(), "version")
                        .orFail()
                        .out())
                .startsWith("relaygate ");
    }

    @Test
    void portableArchiveSaysInOneLineThatJdkIsMissing() {
        Programs.Ended ended = Programs.in(folder)
                .with("JAVA_HOME", "")
                .with("PATH", tools())
                .start(portable().resolve("bin/relaygate").toString(), "version");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).hasLineCount(1).contains("needs a JDK of version 25 or newer");
    }

    /** A folder with the few programs that the launcher needs, and no Java. */
    private static String tools() {
        Path tools = Folders.create(folder.resolve("tools"));
        Programs.in(tools)
                .bash("for p in sh dirname readlink sed; do ln -sf \"$(command -v $p)\" .; done")
                .orFail();
        return tools.toString();
    }

    private static Path portable() {
        Path to = Folders.fresh("portable archive");
        Programs.in(to).start(jar().toString(), "xf", Product.portable().toString()).orFail();
        String file = Product.portable().getFileName().toString();
        Path home = to.resolve(file.substring(0, file.indexOf("-portable")));
        Programs.run("chmod", "+x", home.resolve("bin/relaygate").toString()).orFail();
        return home;
    }

    private static Path jar() {
        return Path.of(System.getProperty("java.home"), "bin/jar");
    }
}
