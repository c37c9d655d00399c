package io.relaygate.config;

/** The JSON schema of a settings record. */
public final class JsonSchema {

    private JsonSchema() {}

    /** The schema that accepts every object, until the records are walked. */
    public static String of(Class<? extends Record> type) {
        return "{ \"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"title\": \"" + type.getSimpleName() + "\" }";
    }
}
