package io.relaygate.azure;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * What a token of Microsoft Entra says of itself (RFC 7519, "access token claims reference" of the Microsoft identity platform). Nobody has
 * looked at its signature. A text that is not there is empty.
 *
 * @param audience what it is for
 * @param issuer who has made it
 * @param tenant the ID of the tenant
 * @param application the client ID of who has asked for it
 * @param object the object ID of who is identified, to which roles are given
 * @param expires when it ends
 */
public record EntraToken(String audience, String issuer, String tenant, String application, String object, Instant expires) {

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException if the text is none; the message does not repeat it
     */
    public static EntraToken parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("a JSON web token has three parts");
        }
        byte[] claims;
        try {
            claims = Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the second part of a JSON web token is base64url", e);
        }
        String expires = Web.said(claims, "exp");
        if (!expires.matches("[0-9]{1,12}")) {
            throw new IllegalArgumentException("a JSON web token of Microsoft Entra is an object with the claim exp");
        }
        String application = Web.said(claims, "appid");
        try {
            return new EntraToken(
                    Web.said(claims, "aud"),
                    Web.said(claims, "iss"),
                    Web.said(claims, "tid"),
                    application.isEmpty() ? Web.said(claims, "azp") : application,
                    Web.said(claims, "oid"),
                    Instant.ofEpochSecond(Long.parseLong(expires)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("the claim exp is no time", e);
        }
    }
}
