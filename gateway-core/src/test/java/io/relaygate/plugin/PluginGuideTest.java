package io.relaygate.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.GatewayConfig;
import io.relaygate.config.ConfigException;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** The plugin of {@code docs/plugins.md} is what it says: it compiles, is accepted, is configured as shown, and works. */
class PluginGuideTest {

    private static final Path GUIDE = Path.of("..", "docs", "plugins.md");
    private static final Pattern FILE = Pattern.compile("(?ms)^`([^`\n]+)`:\n\n(?:<!--[^\n]*-->\n)?```[a-z]+\n(.*?)^```$");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    @TempDir
    Path folder;

    private Map<String, String> files;
    private Element pom;
    private PluginHost host;
    private PluginSet found;

    @BeforeEach
    void loadTheExample() throws Exception {
        files = new LinkedHashMap<>();
        FILE.matcher(Files.readString(GUIDE)).results().forEach(found -> files.put(found.group(1), found.group(2)));
        pom = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(file("pom.xml")))).getDocumentElement();
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        Path jar = plugins.resolve(text("artifactId") + "-" + text("version") + ".jar");
        PluginJar.empty()
                .source("com.example.line.LinePlugin", file("src/main/java/com/example/line/LinePlugin.java"))
                .manifest(manifest())
                .to(jar);
        host = new PluginHost(plugins, folder.resolve("work"), "0.1.0-SNAPSHOT");
        found = host.load(new PluginTrust.Everything(), null);
    }

    @AfterEach
    void closeHost() {
        host.close();
    }

    @Test
    void isAcceptedByTheGateway() {
        assertThat(found.list()).singleElement().satisfies(plugin -> {
            assertThat(plugin.reason()).isNull();
            assertThat(plugin.id()).isEqualTo("line");
            assertThat(plugin.version()).isEqualTo("1.0.0");
            assertThat(plugin.protocols()).containsExactly("line");
        });
    }

    @Test
    void namesTheSdkAsItIsToday() throws IOException {
        var versions = VERSION.matcher(Files.readString(Path.of("..", "pom.xml")));
        assertThat(versions.find()).isTrue();

        Element sdk = (Element) pom.getElementsByTagName("dependency").item(0);
        assertThat(sdk.getElementsByTagName("artifactId").item(0).getTextContent()).isEqualTo("relaygate-sdk-api");
        assertThat(sdk.getElementsByTagName("version").item(0).getTextContent()).isEqualTo(versions.group(1));
    }

    @Test
    void forwardsAClientToTheDestinationThatItNames() throws Exception {
        FakeSession session = new FakeSession("sql\nselect 1");
        try (ProtocolHandler handler = handler(file("gateway.yaml"))) {
            handler.handle(session);
        }

        assertThat(session.forwarded).containsExactly(DestinationName.parse("sql"));
        assertThat(session.notes).containsExactly(Map.entry("line.asked", "sql"));
        assertThat(session.client().in().readAllBytes()).asString().isEqualTo("select 1");
    }

    @Test
    void refusesWhatItDoesNotUnderstandOrOffer() throws Exception {
        try (ProtocolHandler handler = handler(file("gateway.yaml"))) {
            for (String said : new String[] {"ftp\n", "SQL\n", "\n", "", "sql", "x".repeat(65) + "\n"}) {
                FakeSession session = new FakeSession(said);
                assertThatThrownBy(() -> handler.handle(session)).isInstanceOf(RefusedException.class);
                assertThat(session.forwarded).isEmpty();
            }
        }
    }

    @Test
    void isToldWhatIsWrongWithItsSettings() {
        String yaml = file("gateway.yaml");

        assertThatThrownBy(() -> handler(yaml.replace("[sql, web]", "[sql, web, ftp]")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("'ftp'");
        assertThatThrownBy(() -> handler(yaml.replace("[sql, web]", "[sql, web], longest: 5000")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("1024");
        assertThatThrownBy(() -> handler(yaml.replace("protocol: line", "protocol: line, to: sql")))
                .isInstanceOf(ConfigException.class).hasMessageContaining("leave out `to:`");
    }

    private ProtocolHandler handler(String yaml) throws IOException, ConfigException {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), yaml);
        return GatewayConfig.load(file, found.protocols()).routes().getFirst().tried();
    }

    private Map<String, String> manifest() {
        Map<String, String> entries = new LinkedHashMap<>();
        Node entry = pom.getElementsByTagName("manifestEntries").item(0).getFirstChild();
        for (; entry != null; entry = entry.getNextSibling()) {
            if (entry instanceof Element element) {
                entries.put(element.getTagName(), element.getTextContent().replace("${project.version}", text("version")));
            }
        }
        return entries;
    }

    private String text(String tag) {
        return pom.getElementsByTagName(tag).item(0).getTextContent();
    }

    private String file(String name) {
        String text = files.get(name);
        if (text == null) {
            throw new AssertionError(GUIDE + " has no block for `" + name + "`");
        }
        return text;
    }
}
