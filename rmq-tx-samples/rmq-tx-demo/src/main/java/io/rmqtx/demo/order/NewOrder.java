package io.rmqtx.demo.order;

import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;

/**
 * The body of POST /orders; nothing in it is null once it was validated.
 *
 * @param customer who orders
 * @param amount what is to be paid
 */
public record NewOrder(
        @NotBlank(message = "is required, for example \"ada\"")
        @Size(max = 64, message = "must have at most 64 characters")
        @Pattern(regexp = "[^\\p{Cntrl}]*", message = "must not contain control characters")
        String customer,

        @NotNull(message = "is required, for example 99.50")
        @DecimalMin(value = "0.01", message = "must be at least 0.01")
        @Digits(integer = 7, fraction = 2, message = "must have at most 7 digits before and 2 after the point")
        BigDecimal amount) {}
