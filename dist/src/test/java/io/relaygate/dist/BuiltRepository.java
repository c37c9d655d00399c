package io.relaygate.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A local repository of Maven's that has what this build has made of ours, and for all else is that of whoever runs it. */
final class BuiltRepository {

    /** The {@code MAVEN_OPTS} of a Maven that has one small thing to do: those of whoever runs the tests, and no full compiler. */
    static final String QUICK = System.getenv().getOrDefault("MAVEN_OPTS", "") + " -XX:TieredStopAtLevel=1";

    private static final Map<String, String> MODULES = Map.of(
            "relaygate-sdk-api", "sdk/api",
            "relaygate-core", "gateway-core",
            "relaygate-testkit", "sdk/testkit",
            "relaygate-plugin-archetype", "sdk/archetype");

    private BuiltRepository() {}

    /** Makes one: links, and copies of ours, so that nothing of ours comes into the user's. */
    static void lay(Path folder, String version) throws IOException {
        Path users = Path.of(System.getProperty("relaygate.repository"));
        link(users, Folders.create(folder), "io");
        link(users.resolve("io"), Folders.create(folder.resolve("io")), "relaygate");
        Path ours = Folders.create(folder.resolve("io/relaygate"));
        put(ours, "relaygate", version, DocsSandbox.REPOSITORY.resolve("pom.xml"), List.of());
        for (Map.Entry<String, String> module : MODULES.entrySet()) {
            Path place = DocsSandbox.REPOSITORY.resolve(module.getValue());
            Path jar = place.resolve("target").resolve(module.getKey() + "-" + version + ".jar");
            put(ours, module.getKey(), version, place.resolve("pom.xml"), List.of(jar));
        }
        Folders.write(folder.resolve("archetype-catalog.xml"), """
                <archetype-catalog><archetypes><archetype><groupId>io.relaygate</groupId>
                <artifactId>relaygate-plugin-archetype</artifactId><version>%s</version></archetype></archetypes></archetype-catalog>
                """.formatted(version));
    }

    private static void link(Path from, Path to, String but) throws IOException {
        try (Stream<Path> all = Files.list(from)) {
            for (Path each : all.filter(path -> !path.endsWith(but) && !path.endsWith("archetype-catalog.xml")).toList()) {
                Files.createSymbolicLink(to.resolve(each.getFileName()), each);
            }
        }
    }

    private static void put(Path ours, String artifact, String version, Path pom, List<Path> jars) throws IOException {
        Path place = Folders.create(ours.resolve(artifact).resolve(version));
        Files.copy(pom, place.resolve(artifact + "-" + version + ".pom"));
        for (Path jar : jars) {
            Files.copy(jar, place.resolve(jar.getFileName()));
        }
    }
}
