package io.relaygate.config;

/**
 * A settings record with the places that it was read from. Where something was wrong the record has nulls, empty lists
 * and zeros instead; the problems tell.
 *
 * @param value the record
 * @param origins the places of it and of every record in it
 * @param <T> its type
 */
public record Bound<T extends Record>(T value, Origins origins) {}
