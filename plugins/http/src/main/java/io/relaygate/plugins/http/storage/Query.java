package io.relaygate.plugins.http.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, in order and as it came.
 *
 * @param parameters those that it has
 */
record Query(List<Parameter> parameters) {

    /** The parameters of a shared access signature (of a service, an account, a user), but for those that name response headers. */
    private static final Set<String> SAS = Set.of(
            "sig", "sv", "se", "sp", "sr", "st", "spr", "sip", "si", "ss", "srt", "tn", "spk", "srk", "epk", "erk", "ses", "sdd", "scid",
            "skoid", "sktid", "skt", "ske", "skv", "sks", "saoid", "suoid");

    /** Those by which requests are told apart; said twice, a service might take the other. */
    private static final Set<String> ONCE = Set.of("comp", "restype", "peekonly", "snapshot", "copyid", "prefix");

    /**
     * One parameter.
     *
     * @param raw as it came
     * @param name decoded, in lower case
     * @param value decoded; empty if there is none
     */
    record Parameter(String raw, String name, String value) {}

    /**
     * Reads the query of a target.
     *
     * @param text what follows the question mark; null if there is none
     * @throws StorageRefusedException 400, if it cannot be decoded, begins with another question mark, or says twice what can be but once
     */
    static Query parse(@Nullable String text) throws StorageRefusedException {
        if (text != null && text.startsWith("?")) {
            // Some take all question marks there for one, and would find parameters that are none here.
            throw new StorageRefusedException(400, "InvalidUri", "the query begins with two question marks");
        }
        List<Parameter> parameters = new ArrayList<>();
        for (String raw : text == null ? new String[0] : text.split("&", -1)) {
            if (!raw.isEmpty()) {
                int equals = raw.indexOf('=');
                String name = decoded(equals < 0 ? raw : raw.substring(0, equals)).toLowerCase(Locale.ROOT);
                parameters.add(new Parameter(raw, name, equals < 0 ? "" : decoded(raw.substring(equals + 1))));
            }
        }
        Query query = new Query(List.copyOf(parameters));
        for (String once : ONCE) {
            if (query.parameters.stream().filter(each -> each.name().equals(once)).count() > 1) {
                throw new StorageRefusedException(400, "InvalidQueryParameterValue", "the query says '" + once + "' more than once");
            }
        }
        return query;
    }

    /** The value of the first of this name; null if there is none. */
    @Nullable String get(String name) {
        for (Parameter each : parameters) {
            if (each.name().equals(name)) {
                return each.value();
            }
        }
        return null;
    }

    boolean has(String name) {
        return get(name) != null;
    }

    /** Without what a shared access signature is made of. */
    Query withoutSas() {
        return new Query(parameters.stream().filter(each -> !SAS.contains(each.name())).toList());
    }

    /** Whether it has a shared access signature. */
    boolean hasSas() {
        return has("sig");
    }

    /** As it stands behind a path: empty, or with its question mark. A plus, which is read in two ways, is written as the space it stands for. */
    String text() {
        return parameters.isEmpty() ? "" : parameters.stream().map(Parameter::raw).collect(Collectors.joining("&", "?", "")).replace("+", "%20");
    }

    /** What stands for percent signs and plus signs, as UTF-8. */
    static String decoded(String text) throws StorageRefusedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int octet = c == '+' ? ' ' : c;
            if (c == '%') {
                octet = i + 2 < text.length() ? octet(text.charAt(i + 1), text.charAt(i + 2)) : -1;
                i += 2;
            }
            if (octet < 0 || c > 0x7e || c <= ' ') {
                throw new StorageRefusedException(400, "InvalidUri", "the address is not encoded as it must be");
            }
            bytes.write(octet);
        }
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
        } catch (CharacterCodingException e) {
            throw new StorageRefusedException(400, "InvalidUri", "the address is not encoded as UTF-8");
        }
    }

    private static int octet(char high, char low) {
        int a = Character.digit(high, 16);
        int b = Character.digit(low, 16);
        return a < 0 || b < 0 || high > 0x7f || low > 0x7f ? -1 : a << 4 | b;
    }
}
