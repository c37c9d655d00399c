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

    /**
     * Of what went wrong.
     *
     * @param code one of the services' error codes, {@code AuthorizationFailure}
     * @param why one sentence for the client
     * @param request the request's id, by which the log knows it
     */
    public static StorageError of(Service service, String code, String why, String request) {
        Fields fields = new Fields().add("x-ms-error-code", code);
        if (service == Service.TABLE) {
            return new StorageError(
                    fields.add("Content-Type", "application/json;odata=minimalmetadata;charset=utf-8").add("x-ms-request-id", request),
                    "{\"odata.error\":{\"code\":\"" + code + "\",\"message\":{\"lang\":\"en-US\",\"value\":\"" + json(why) + "\"}}}");
        }
        return new StorageError(
                fields.add("Content-Type", "application/xml").add("x-ms-request-id", request),
                "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>" + xml(why) + "</Message></Error>");
    }

    /** The services' error code for a status that the gateway itself has found. */
    public static String code(int status) {
        return switch (status) {
            case 401 -> "NoAuthenticationInformation";
            case 403 -> "AuthorizationFailure";
            case 404 -> "ResourceNotFound";
            case 411 -> "MissingContentLengthHeader";
            case 413 -> "RequestBodyTooLarge";
            case 429, 503 -> "ServerBusy";
            case 408, 504 -> "OperationTimedOut";
            default -> status < 500 ? "InvalidInput" : "InternalError";
        };
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
