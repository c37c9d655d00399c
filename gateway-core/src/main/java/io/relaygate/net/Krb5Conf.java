package io.relaygate.net;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * As much of krb5.conf as it takes to name a KDC in a message; the JDK reads it wholly and by itself. What files it includes is not seen.
 *
 * @param defaultRealm empty if it names none
 * @param kdcs the KDCs of realms, as they are written
 */
record Krb5Conf(String defaultRealm, Map<String, List<String>> kdcs) {

    /** Reads one; one that cannot be read says nothing. */
    static Krb5Conf read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            lines = List.of();
        }
        String section = "";
        String realm = "";
        String byDefault = "";
        Map<String, List<String>> kdcs = new TreeMap<>();
        for (String each : lines) {
            String line = each.strip();
            int equals = line.indexOf('=');
            String key = equals < 0 ? "" : line.substring(0, equals).strip();
            String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            if (line.startsWith("[")) {
                section = line;
            } else if (section.equals("[libdefaults]") && key.equals("default_realm")) {
                byDefault = value;
            } else if (section.equals("[realms]") && value.startsWith("{")) {
                realm = key;
            } else if (section.equals("[realms]") && key.equals("kdc")) {
                kdcs.computeIfAbsent(realm, _ -> new ArrayList<>()).add(value);
            }
        }
        return new Krb5Conf(byDefault, kdcs);
    }
}
