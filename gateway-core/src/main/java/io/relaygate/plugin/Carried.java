package io.relaygate.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;

/** What a jar carries that a plugin gets from the gateway: it is never used, and misleads who reads the jar. */
final class Carried {

    private static final String SDK = "io/relaygate/sdk/";

    /** Libraries that write logs, by where their classes lie. */
    private static final Map<String, String> LOGGING = new TreeMap<>(Map.of(
            "org/slf4j/", "slf4j",
            "ch/qos/logback/", "logback",
            "org/apache/logging/log4j/core/", "log4j-core",
            "org/apache/log4j/", "log4j or reload4j"));

    private Carried() {}

    /** One line each. */
    static List<String> in(JarFile jar) {
        List<String> all = new ArrayList<>();
        long sdk = jar.stream().filter(entry -> isOfTheSdk(entry.getName())).count();
        if (sdk > 0) {
            all.add("it carries " + sdk + " classes of the SDK; the gateway's are used. Give the SDK the scope `provided`");
        }
        LOGGING.forEach((place, name) -> {
            if (jar.stream().anyMatch(entry -> entry.getName().startsWith(place) && entry.getName().endsWith(".class"))) {
                all.add("it carries " + name + "; a plugin logs through the gateway's slf4j. Leave it out, or give it the scope `provided`");
            }
        });
        return all;
    }

    /** A library that lies under the SDK's package, but is not of the SDK, is the plugin's own. */
    private static boolean isOfTheSdk(String entry) {
        return entry.startsWith(SDK)
                && entry.endsWith(".class")
                && !entry.endsWith("package-info.class")
                && SharedClasses.has(entry.substring(0, entry.length() - ".class".length()).replace('/', '.'));
    }
}
