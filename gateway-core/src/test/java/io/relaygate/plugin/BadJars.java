package io.relaygate.plugin;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Jars that cannot be used, each in its own way, beside {@code a-good.jar} that brings the protocol {@code good}. */
public final class BadJars {

    private BadJars() {}

    /** Puts a jar into a plugins folder. */
    @FunctionalInterface
    public interface Fault {
        /** Writes it there. */
        void write(Path jar) throws IOException, InterruptedException;
    }

    /**
     * A bad jar.
     *
     * @param kind what is bad
     * @param reason what the operator is told, to the letter
     * @param fault makes it
     */
    public record Bad(String kind, String reason, Fault fault) {}

    /** All of them; what has to be compiled is compiled once, into a folder. */
    public static List<Bad> in(Path cache) {
        return Stream.of(files(), manifests(cache), classes(cache), offers(cache)).flatMap(List::stream).toList();
    }

    private static List<Bad> files() {
        return List.of(
                new Bad("a text", "it is not a jar (ZipException: zip END header not found)",
                        jar -> Files.writeString(jar, "<html>404 not found</html>")),
                new Bad("nothing", "it is empty", jar -> Files.createFile(jar)),
                new Bad("half of a jar", "it is cut short or damaged (ZipException: zip END header not found)", jar -> {
                    byte[] whole = Files.readAllBytes(jar.resolveSibling("a-good.jar"));
                    Files.write(jar, Arrays.copyOf(whole, whole.length / 2));
                }),
                new Bad("a byte that changed", "it is damaged: its entry 'demo/DemoProtocol.class' is not what was packed", jar -> {
                    byte[] whole = Files.readAllBytes(jar.resolveSibling("a-good.jar"));
                    int name = new String(whole, StandardCharsets.ISO_8859_1).indexOf("demo/DemoProtocol.class");
                    whole[name + 60] ^= 1;
                    Files.write(jar, whole);
                }),
                new Bad("a folder", "it is a folder, not a jar", Files::createDirectory),
                new Bad("a link", "it is a symbolic link: put the jar itself here",
                        jar -> Files.createSymbolicLink(jar, Path.of("a-good.jar"))),
                new Bad("a pipe", "it is no file, but a pipe or a device, or gone",
                        jar -> new ProcessBuilder("mkfifo", jar.toString()).start().waitFor()));
    }

    private static List<Bad> manifests(Path cache) {
        return List.of(
                built(cache, "no manifest", "it has no manifest (META-INF/MANIFEST.MF): it is a jar, but not a plugin",
                        bad().withoutManifest()),
                built(cache, "no keys", "its manifest lacks Plugin-Id, Plugin-Version, Plugin-Class, Plugin-Requires",
                        PluginJar.empty().manifest("Built-By", "nobody")),
                built(cache, "a manifest that is none", "its manifest cannot be read: IOException: invalid header field (line 1)",
                        bad().withoutManifest().file("META-INF/MANIFEST.MF", "what is this\n")),
                built(cache, "no version", "its Plugin-Version must look like 1.2.3, found '1.0'", bad().manifest("Plugin-Version", "1.0")),
                built(cache, "a missing dependency", "its manifest has Plugin-Dependencies 'nobody', but plugins cannot depend on each "
                        + "other: put what it needs into its own jar", bad().manifest("Plugin-Dependencies", "nobody")),
                built(cache, "a dependency of another version", "its manifest has Plugin-Dependencies 'good@>=9.0.0', but plugins cannot "
                        + "depend on each other: put what it needs into its own jar", bad().manifest("Plugin-Dependencies", "good@>=9.0.0")),
                built(cache, "a newer SDK", "it needs SDK >=7.0.0 & <8.0.0, this gateway has 0.1.0: use a build of the plugin for this "
                        + "gateway, or a gateway that fits", bad().manifest("Plugin-Requires", ">=7.0.0 & <8.0.0")),
                built(cache, "a range in other words", "its Plugin-Requires '[1.0,2.0)' cannot be read: write a range such as "
                        + "'>=0.1.0 & <2.0.0'", bad().manifest("Plugin-Requires", "[1.0,2.0)")),
                built(cache, "another protocol than it declares", "its manifest has Plugin-Protocols [other], but it brings [bad]",
                        bad().manifest("Plugin-Protocols", "other")),
                built(cache, "an id that is taken", "its Plugin-Id 'good' is already taken by 'a-good.jar': remove one of the two",
                        bad().manifest("Plugin-Id", "good")));
    }

    private static List<Bad> classes(Path cache) {
        return List.of(
                built(cache, "a class that is not there", "its Plugin-Class demo.Missing is not in the jar",
                        bad().manifest("Plugin-Class", "demo.Missing")),
                built(cache, "a class of another type", "its Plugin-Class demo.DemoSettings does not implement io.relaygate.sdk.GatewayPlugin",
                        bad().manifest("Plugin-Class", "demo.DemoSettings")),
                built(cache, "a class for a newer Java", "its Plugin-Class demo.Newer cannot be loaded: UnsupportedClassVersionError: "
                        + "demo/Newer has been compiled by a more recent version of the Java Runtime (class file version 99.0), this "
                        + "version of the Java Runtime only recognizes class file versions up to "
                        + (int) Double.parseDouble(System.getProperty("java.class.version")) + ".0",
                        bad().manifest("Plugin-Class", "demo.Newer").file("demo/Newer.class",
                                ClassFile.of().build(ClassDesc.of("demo.Newer"), builder -> builder.withVersion(99, 0)))),
                built(cache, "an exception at the start", "its start() failed: IllegalStateException: no licence",
                        bad().members("public void start() { throw new IllegalStateException(\"no licence\"); }")),
                built(cache, "an error at the start", "its start() failed: Error: boom",
                        bad().members("public void start() { throw new Error(\"boom\"); }")),
                built(cache, "a method that is not there", "its start() failed: NoSuchMethodError: 'void demo.Library.newer()'",
                        bad().members("public void start() { Library.newer(); }")
                                .source("demo.Library", "package demo; class Library { static void newer() {} }")
                                .swap("demo.Library", "package demo; class Library { static void older() {} }")));
    }

    private static List<Bad> offers(Path cache) {
        return List.of(
                built(cache, "no protocol", "its protocols() returned none", bad().protocols("return List.of();")),
                built(cache, "a protocol that is taken", "its protocol 'good' is already brought by 'a-good.jar': remove one of the two",
                        bad().protocols("return List.of(new DemoProtocol(\"good\"));")),
                built(cache, "settings that nobody can write", "the settings of its protocol 'bad' cannot be read from YAML: "
                                + "demo.DemoSettings.size has the unsupported type double",
                        bad().source("demo.DemoSettings", "package demo; public record DemoSettings("
                                + "@io.relaygate.sdk.Setting(\"How large.\") double size) {}")));
    }

    private static PluginJar bad() {
        return PluginJar.of("bad");
    }

    private static Bad built(Path cache, String kind, String reason, PluginJar jar) {
        Path made = cache.resolve(kind.replace(' ', '-') + ".jar");
        return new Bad(kind, reason, place -> Files.copy(Files.exists(made) ? made : jar.to(made), place));
    }
}
