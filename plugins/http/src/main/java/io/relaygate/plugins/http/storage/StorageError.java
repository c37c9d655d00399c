package io.relaygate.plugins.http.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.relaygate.plugins.http.wire.Fields;

/**
 * An error in the form in which a storage service says one, so that its clients understand it: XML from blobs and queues, JSON from
 * tables ("Status and error codes" of the storage services' REST API).
 *
 * @param fields what the response says of it
 * @param text the body
 */
public record StorageError(Fields fields, String text) {

    /** Of what was refused. */
    public static StorageError of(Service service, StorageRefusedException refused) {
        Fields fields = new Fields().add("x-ms-error-code", refused.code());
        if (service == Service.TABLE) {
            return new StorageError(
                    fields.add("Content-Type", "application/json;odata=minimalmetadata;charset=utf-8"),
                    "{\"odata.error\":{\"code\":\"" + refused.code() + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"" + json(refused.why()) + "\"}}}");
        }
        return new StorageError(
                fields.add("Content-Type", "application/xml"),
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + refused.code() + "</Code><Message>" + xml(refused.why()) + "</Message></Error>");
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replaceAll("[^ -~]", "?");
    }

    private static String json(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("[^ -~]", "?");
    }

    /** The body's bytes. */
    public byte[] body() {
        return text.getBytes(UTF_8);
    }
}
