package io.rmqtx.transfer.debit;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The service over HTTP. */
@RestController
public class TransferController {

    private final TransferService service;
    private final AccountMapper accounts;

    TransferController(TransferService service, AccountMapper accounts) {
        this.service = service;
        this.accounts = accounts;
    }

    /** Sends money, and answers with the transfer's id. */
    @PostMapping("/transfers")
    public Map<String, String> transfer(
            @RequestParam String from, @RequestParam String to, @RequestParam BigDecimal amount) {
        if (amount.signum() <= 0 || amount.stripTrailingZeros().scale() > 2) {
            throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The amount must be positive, to the cent.");
        }
        String id = UUID.randomUUID().toString();
        service.transfer(new Transfer(id, from, to, amount.setScale(2, RoundingMode.UNNECESSARY)));
        return Map.of("id", id);
    }

    /** What everybody has. */
    @GetMapping("/accounts")
    public List<Account> accounts() {
        return accounts.selectList(null);
    }

    /** A refusal is an answer like another. */
    @ExceptionHandler
    ProblemDetail refused(InsufficientFundsException e) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, e.getMessage());
    }
}
