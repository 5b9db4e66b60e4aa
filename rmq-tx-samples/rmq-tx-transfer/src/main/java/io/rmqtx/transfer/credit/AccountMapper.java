package io.rmqtx.transfer.credit;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import java.math.BigDecimal;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Update;

/** The account table. */
@Mapper
public interface AccountMapper extends BaseMapper<Account> {

    /** Puts money in; 0 if there is no such account. */
    @Update("UPDATE account SET balance = balance + #{amount} WHERE id = #{id}")
    int deposit(String id, BigDecimal amount);
}
