package io.rmqtx.transfer.debit;

import com.baomidou.mybatisplus.core.mapper.BaseMapper;
import java.math.BigDecimal;
import org.apache.ibatis.annotations.Mapper;
import org.apache.ibatis.annotations.Update;

/** The account table. */
@Mapper
public interface AccountMapper extends BaseMapper<Account> {

    /** Takes money out; 0 if there is no such account, or not enough in it. */
    @Update("UPDATE account SET balance = balance - #{amount} WHERE id = #{id} AND balance >= #{amount}")
    int withdraw(String id, BigDecimal amount);
}
