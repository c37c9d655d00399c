package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What `plugins verify` finds in a jar before any gateway has it. */
class PluginsVerifyCommandTest {

    private static final String SETTING = "@io.relaygate.sdk.Setting";

    @TempDir
    private Path folder;

    private String verify(int code, PluginJar plugin) throws IOException {
        plugin.to(folder.resolve("line.jar"));
        Cli cli = new Cli(folder);
        assertThat(cli.run("plugins", "verify", "line.jar")).as(cli.out() + cli.err()).isEqualTo(code);
        assertThat(cli.err()).isEmpty();
        return cli.out();
    }

    private static PluginJar line() {
        return PluginJar.of("line").manifest("Plugin-Protocols", "line").manifest("Plugin-Network", "none")
                .manifest("Plugin-Files", "none").manifest("Plugin-Threads", "none");
    }

    private static PluginJar settings(String components) {
        return line().source("demo.DemoSettings", "package demo; public record DemoSettings(" + components + ") {}");
    }

    @Test
    void saysWhatIsInOrder() throws IOException {
        String out = verify(0, settings(SETTING + "(value = \"To whom.\", required = true, example = \"[sql, web]\") "
                + "java.util.List<io.relaygate.sdk.DestinationName> to, " + SETTING + "(value = \"A key.\", required = true) "
                + "io.relaygate.sdk.Secret key"));
        assertThat(out.lines()).hasSize(6)
                .startsWith("line.jar: can be used", "  ok       manifest: line 1.0.0")
                .anyMatch(line -> line.matches("  ok       SDK: it needs >=0\\.1\\.0 & <0\\.2\\.0, this is 0\\.1\\.0"))
                .contains("  ok       linkage: all of the SDK that it refers to is there")
                .contains("  ok       it starts and brings line")
                .contains("  ok       settings of 'line': they have a schema, and their examples can be read");
    }

    @Test
    void namesReferencesThatThisVersionOfTheSdkDoesNotHave() throws IOException {
        String out = verify(1, line()
                .source("demo.Later", """
                        package demo;
                        class Later {
                            static String of(io.relaygate.sdk.HostPort place) { return place.zone(7) + new io.relaygate.sdk.Weather(); }
                        }
                        """)
                .source("io.relaygate.sdk.Weather", "package io.relaygate.sdk; public class Weather {}")
                .source("io.relaygate.sdk.HostPort", "package io.relaygate.sdk; public class HostPort { public String zone(int n) { return null; } }")
                .leaveOut("io.relaygate.sdk.HostPort").leaveOut("io.relaygate.sdk.Weather"));
        assertThat(out.lines()).startsWith("line.jar: cannot be used")
                .contains("  problem  it refers to what this gateway has not: class io.relaygate.sdk.Weather")
                .contains("  problem  it refers to what this gateway has not: method io.relaygate.sdk.HostPort.zone(int)String");
    }

    @Test
    void namesWhatItsOwnClassesShouldHaveFromTheSdk() throws IOException {
        String out = verify(1, line()
                .source("demo.Told", """
                        package demo;
                        class Told implements io.relaygate.sdk.Secret {
                            String all() { return shown() + own() + hashCode(); }
                            private String own() { return ""; }
                        }
                        """)
                .source("io.relaygate.sdk.Secret", "package io.relaygate.sdk; public interface Secret { default String shown() { return null; } }")
                .leaveOut("io.relaygate.sdk.Secret"));
        assertThat(out.lines().filter(line -> line.contains("demo.Told.")))
                .containsExactly("  problem  it refers to what this gateway has not: method demo.Told.shown()String");
    }

    @Test
    void namesMethodsOfTheSdkThatItDoesNotImplement() throws IOException {
        String out = verify(1, line()
                .source("io.relaygate.sdk.Secret", "package io.relaygate.sdk; public interface Secret {}")
                .source("demo.Own", "package demo; class Own implements io.relaygate.sdk.Secret {}")
                .leaveOut("io.relaygate.sdk.Secret"));
        assertThat(out).contains("problem  it refers to what this gateway has not: method io.relaygate.sdk.Secret.with, which demo.Own does not implement");
    }

    @Test
    void namesTheGatewaysOwnClassesAndThoseThatAreMissing() throws IOException {
        String out = verify(1, line()
                .source("demo.Inside", "package demo; class Inside { Object a = new io.relaygate.net.Link(); Object b = new org.lib.Json(); }")
                .source("io.relaygate.net.Link", "package io.relaygate.net; public class Link {}")
                .source("org.lib.Json", "package org.lib; public class Json {}")
                .leaveOut("io.relaygate.net.Link").leaveOut("org.lib.Json"));
        assertThat(out.lines())
                .contains("  problem  it refers to what this gateway has not: class io.relaygate.net.Link, which is the gateway's own")
                .contains("  warning  it refers to classes that are neither in it nor in the SDK or the JDK, so they fail when they are needed: org.lib.Json");
    }

    @Test
    void doesNotMissWhatTheManifestSaysIsUsedOnlyWhereItIsThere() throws IOException {
        PluginJar jar = line()
                .source("demo.Inside", "package demo; class Inside { Object a = new org.lib.Json(); Object b = new org.other.Xml(); }")
                .source("org.lib.Json", "package org.lib; public class Json {}")
                .source("org.other.Xml", "package org.other; public class Xml {}")
                .leaveOut("org.lib.Json").leaveOut("org.other.Xml");
        assertThat(verify(0, jar.manifest("Plugin-Optional", "org.lib., com.example.,"))).contains("so they fail when they are needed: org.other.Xml\n");
        assertThat(verify(0, jar.manifest("Plugin-Optional", "org.lib.,org.other."))).doesNotContain("so they fail");
    }

    @Test
    void warnsOfWhatTheGatewayBringsAndOfWhatTheManifestDoesNotSay() throws IOException {
        PluginJar broken = line().file("org/slf4j/Logger.class", "x");
        assertThat(verify(1, broken)).contains("problem  its class org/slf4j/Logger.class cannot be read");
        String out = verify(0, PluginJar.of("line")
                .source("io.relaygate.sdk.Secret", "package io.relaygate.sdk; public interface Secret {}")
                .source("ch.qos.logback.core.Appender", "package ch.qos.logback.core; public class Appender {}"));
        assertThat(out.lines())
                .contains("  warning  it carries 1 classes of the SDK; the gateway's are used. Give the SDK the scope `provided`")
                .contains("  warning  it carries logback; a plugin logs through the gateway's slf4j. Leave it out, or give it the scope `provided`")
                .contains("  warning  its manifest does not say all that it does: Plugin-Protocols, Plugin-Network, Plugin-Files, Plugin-Threads");
        assertThat(new Cli(folder).run("plugins", "verify", "--strict", "line.jar")).isEqualTo(1);
    }

    @Test
    void bindsTheExamplesOfTheSettings() throws IOException {
        assertThat(verify(1, settings(SETTING + "(value = \"How many.\", max = \"9\", example = \"10\") int many")))
                .contains("problem  the example of the settings of 'line' cannot be used: many: must be at most 9, found ");
        assertThat(verify(1, settings(SETTING + "(value = \"How many.\", required = true) int many")))
                .contains("problem  the example of the settings of 'line' cannot be used: "
                        + "the setting many is required, and its @Setting gives no example");
    }

    @Test
    void saysOfEveryOtherJarWhatAGatewayWould() throws IOException {
        assertThat(verify(1, line().manifest("Plugin-Requires", ">=9.0.0"))).contains("problem  it needs SDK >=9.0.0, this gateway has 0.1.0");
        assertThat(verify(1, line().without("Plugin-Id"))).contains("problem  its manifest lacks Plugin-Id");
        assertThat(verify(1, line().members("public void start() { throw new Error(\"boom\"); }"))).contains("problem  its start() failed: Error: boom");
        Files.writeString(folder.resolve("text.jar"), "text");
        Cli cli = new Cli(folder);
        assertThat(cli.run("plugins", "verify", "text.jar", "none.jar")).isEqualTo(1);
        assertThat(cli.out()).contains("problem  it is not a jar");
        assertThat(cli.err()).isEqualTo("relaygate: no such file: " + folder.resolve("none.jar") + "\n");
        assertThat(folder.resolve("plugins")).doesNotExist();
    }
}
