package io.rmqtx.transfer.credit;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The service over HTTP. */
@RestController
public class AccountController {

    private final AccountMapper accounts;

    AccountController(AccountMapper accounts) {
        this.accounts = accounts;
    }

    /** What everybody has. */
    @GetMapping("/accounts")
    public List<Account> accounts() {
        return accounts.selectList(null);
    }
}
